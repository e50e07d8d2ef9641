package io.tidecaster.balance;

/** What keeps a balancer from being as it should. */
public enum Problem {
  NO_REPLICAS("NoReplicas", "no replica is ready; the backend stays as it is"),
  NO_SLOT("NoSlot", "no server is free for a replica; raise the number of slots"),
  NOT_DISCOVERED(
      "NotDiscovered", "HAProxy has not found a replica yet; its DNS lags, or has too few slots"),
  WOULD_BE_EMPTY("WouldBeEmpty", "no other server serves; none is drained before one does"),
  FIXED_WEIGHTS(
      "FixedWeights",
      "the algorithm's weights are fixed; a cold replica gets its full share, choose another algorithm"),
  STATIC_BACKEND(
      "StaticBackend",
      "the algorithm takes no servers while HAProxy runs; use slots, or choose another algorithm"),
  REFUSED("Refused", "HAProxy refused a command"),
  UNREACHABLE("Unreachable", "HAProxy does not answer"),
  INSTANCES_DISAGREE(
      "InstancesDisagree",
      "they do not send to the same replicas though they are told to; look for another hand on one of them"),
  REPLICAS_UNKNOWN("ReplicasUnknown", "the replicas cannot be read; the backend stays as it is");

  private final String label;
  private final String sentence;

  Problem(String label, String sentence) {
    this.label = label;
    this.sentence = sentence;
  }

  /** The one word for it: metric label. */
  public String label() {
    return label;
  }

  /** For a person: what is so, and what to do. */
  public String sentence() {
    return sentence;
  }
}
