package io.tidecaster.history;

/** One replica and what its series said about the minute that is being closed. */
final class Replica {
  final String name;
  private int series;
  private boolean reporting;
  private boolean missing;

  Replica(String name) {
    this.name = name;
  }

  void gain() {
    series++;
  }

  /** Takes a series away; returns whether none is left. */
  boolean lose() {
    series--;
    return series == 0;
  }

  void startMinute() {
    reporting = false;
    missing = false;
  }

  void report() {
    reporting = true;
  }

  void miss() {
    missing = true;
  }

  boolean isReporting() {
    return reporting;
  }

  /** None of its series reported, and at least one of them did not end. */
  boolean isSilent() {
    return missing && !reporting;
  }
}
