package io.tidecaster.size;

/**
 * Which way one decision over replicas and their size went, and why not otherwise.
 *
 * @param law what a replica of a size bears
 * @param load what is to be borne
 * @param sentence for a person, with what the other ways would have cost
 */
public record ShapeChoice(
    Optimiser.Terms terms,
    CapacityLaw law,
    double load,
    Shape from,
    Shape to,
    Way way,
    String sentence) {

  /** What follows from the rest. */
  public static ShapeChoice of(
      Optimiser.Terms terms, CapacityLaw law, double load, Shape from, Shape to) {
    return new ShapeChoice(
        terms,
        law,
        load,
        from,
        to,
        Way.of(from.replicas(), to.replicas(), from.size().cpuMillis(), to.size().cpuMillis()),
        new Optimiser(Optimiser.Settings.DEFAULT, terms).sentence(from, to, law, load));
  }

  /** The same once more, from what it was made from. */
  ShapeChoice again() {
    return of(terms, law, load, from, to);
  }
}
