package io.tidecaster.forecast;

/** What kind of thing moves a forecast; each feature is of one. */
public enum Cause {
  HORIZON("how far ahead it is"),
  LAST_DAYS("the course of the last days at this time"),
  LAST_WEEKS("the same day of the last weeks"),
  RECENT("the course of the last hours"),
  SIMILAR("what followed similar hours"),
  LEVEL("the height of the load"),
  UNREST("how unsteady the load is"),
  CLOCK("the time of the day and of the week"),
  EVENT("known events");

  private final String text;

  Cause(String text) {
    this.text = text;
  }

  /** In words, for an explanation. */
  public String text() {
    return text;
  }
}
