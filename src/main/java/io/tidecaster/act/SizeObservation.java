package io.tidecaster.act;

import io.tidecaster.size.JvmHeap;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.RolloutInputs;
import io.tidecaster.workload.Vertical;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What was seen of the containers that are sized, or why nothing was. */
public sealed interface SizeObservation {

  /**
   * The pods that have the container, at least one, in the order of their names.
   *
   * @param template of the workload; empty where it is left as it is
   * @param beside the other containers that are sized, by their names in the order of the resource
   */
  record Seen(List<Pod> pods, Optional<PodTemplate> template, Map<String, SizeObservation> beside)
      implements SizeObservation {

    /** One whose template is left as it is. */
    public Seen(List<Pod> pods) {
      this(pods, Optional.empty());
    }

    /** One that stands alone. */
    public Seen(List<Pod> pods, Optional<PodTemplate> template) {
      this(pods, template, Map.of());
    }

    public Seen {
      pods = List.copyOf(pods);
      beside = Collections.unmodifiableMap(new LinkedHashMap<>(beside));
      if (pods.isEmpty()) {
        throw new IllegalArgumentException("no pods; unknown is an Unseen");
      }
    }

    /** Those beside that could be seen. */
    public Map<String, Seen> seenBeside() {
      Map<String, Seen> seen = new LinkedHashMap<>();
      beside.forEach((name, other) -> {
        if (other instanceof Seen known) {
          seen.put(name, known);
        }
      });
      return seen;
    }

    /** Why the first of those beside that could not be seen could not; empty where all could. */
    public Optional<Unseen> unseenBeside() {
      return beside.values().stream()
          .filter(Unseen.class::isInstance)
          .map(Unseen.class::cast)
          .findFirst();
    }

    /** How pods and template stand; empty where the template is left as it is. */
    public Optional<RolloutInputs.Standing> standing(Vertical vertical) {
      return template.map(known -> known.standing(vertical, this));
    }

    /** Those that have neither a boost nor just had one; empty where all do. */
    public Optional<Seen> settled() {
      List<Pod> settled = pods.stream().filter(pod -> pod.age() == Age.SETTLED).toList();
      return settled.isEmpty()
          ? Optional.empty()
          : Optional.of(new Seen(settled, template, beside));
    }

    /** Whether any of them starts. */
    public boolean isStarting() {
      return pods.stream().anyMatch(pod -> pod.age() == Age.STARTING);
    }

    /**
     * What the container of the largest requests: the others are on their way to it. Of pods that
     * all start what the smallest does, as a boost is no size.
     */
    public long largestMillis() {
      return settled()
          .map(settled -> settled.pods.stream().mapToLong(Pod::requestMillis).max())
          .orElseGet(() -> pods.stream().mapToLong(Pod::requestMillis).min())
          .orElseThrow();
    }

    /** The CPU that the node has given the container that has least. */
    public long smallestAllocatedMillis() {
      return settled().orElse(this).pods.stream()
          .mapToLong(Pod::allocatedMillis)
          .min()
          .orElseThrow();
    }

    /** The memory that the container of the largest requests; empty where none requests any. */
    public OptionalLong largestMemoryBytes() {
      return pods.stream().flatMapToLong(pod -> pod.memory().requestBytes().stream()).max();
    }

    /** The last kill for want of memory in any pod. */
    public Optional<OomKill> lastOomKill() {
      return pods.stream()
          .flatMap(pod -> pod.memory().oomKill().stream())
          .max(Comparator.comparing(OomKill::at));
    }

    /** The largest heap that any JVM may take. */
    public Optional<JvmHeap> heap() {
      return pods.stream()
          .flatMap(pod -> pod.memory().heap().stream())
          .max(Comparator.comparingLong(JvmHeap::bytes));
    }

    /** What can be done to the memory of all pods without a restart. */
    public MemoryInputs.Change memoryChange() {
      return pods.stream()
          .map(pod -> pod.memory().change())
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  /**
   * A pod and its container.
   *
   * @param requestMillis the CPU that its spec requests
   * @param limitMillis the CPU that its spec limits it to
   * @param allocatedMillis what the node has given it
   * @param restarts whether a resize restarts the container, as its resizePolicy says
   * @param pending why the node has not done the last resize
   * @param memory of the container
   * @param age how far it is on its way to being one of many
   */
  record Pod(
      String name,
      long requestMillis,
      OptionalLong limitMillis,
      long allocatedMillis,
      boolean restarts,
      Optional<Pending> pending,
      Memory memory,
      Age age) {

    /** One that started long ago, and of whose memory nothing is known. */
    public Pod(
        String name,
        long requestMillis,
        OptionalLong limitMillis,
        long allocatedMillis,
        boolean restarts,
        Optional<Pending> pending) {
      this(
          name,
          requestMillis,
          limitMillis,
          allocatedMillis,
          restarts,
          pending,
          Memory.UNKNOWN,
          Age.SETTLED);
    }
  }

  /** How far a pod is on its way to being one of many. */
  enum Age {
    /** It starts, and is to have its boost. */
    STARTING,
    /** It has started, and may not have given its boost back yet: its size says nothing. */
    NEW,
    SETTLED
  }

  /**
   * The memory of a container.
   *
   * @param requestBytes what its spec requests
   * @param limitBytes what its spec limits it to
   * @param allocatedBytes what the node has given it
   * @param change what can be done to it without a restart
   * @param oomKill its last kill for want of memory
   * @param heap of its JVM, where its command or environment says
   */
  record Memory(
      OptionalLong requestBytes,
      OptionalLong limitBytes,
      OptionalLong allocatedBytes,
      MemoryInputs.Change change,
      Optional<OomKill> oomKill,
      Optional<JvmHeap> heap) {
    static final Memory UNKNOWN =
        new Memory(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            MemoryInputs.Change.BOTH,
            Optional.empty(),
            Optional.empty());
  }

  /**
   * A kill for want of memory.
   *
   * @param hadBytes the limit of the container, as its spec has it now
   */
  record OomKill(Instant at, long hadBytes) {}

  /**
   * A resize that waits.
   *
   * @param reason {@code Deferred} or {@code Infeasible}
   * @param message what the node says
   * @param since when it began to
   */
  record Pending(String reason, String message, Instant since) {}

  /**
   * They could not be seen.
   *
   * @param label the one word for it: condition reason
   * @param detail for a person: value, bound and remedy
   */
  record Unseen(String label, String detail) implements SizeObservation {}
}
