package io.tidecaster.size;

/** Which way a workload goes, of replicas and of their size. */
public enum Way {
  /** More replicas. */
  OUT("Out"),
  /** Larger replicas. */
  UP("Up"),
  /** More and larger ones. */
  OUT_AND_UP("OutAndUp"),
  /** More, smaller ones. */
  OUT_AND_DOWN("OutAndDown"),
  /** Fewer, larger ones. */
  IN_AND_UP("InAndUp"),
  /** Fewer. */
  IN("In"),
  /** Smaller. */
  DOWN("Down"),
  /** Fewer and smaller ones. */
  IN_AND_DOWN("InAndDown"),
  /** As they are. */
  NEITHER("Neither");

  private final String label;

  Way(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  static Way of(int replicasFrom, int replicasTo, long millisFrom, long millisTo) {
    int out = Integer.compare(replicasTo, replicasFrom);
    int up = Long.compare(millisTo, millisFrom);
    if (out > 0) {
      return up > 0 ? OUT_AND_UP : up < 0 ? OUT_AND_DOWN : OUT;
    }
    if (out < 0) {
      return up > 0 ? IN_AND_UP : up < 0 ? IN_AND_DOWN : IN;
    }
    return up > 0 ? UP : up < 0 ? DOWN : NEITHER;
  }
}
