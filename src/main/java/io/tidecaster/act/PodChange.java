package io.tidecaster.act;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidecaster.size.WantedSize;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.Vertical;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one pod is to request, of each of its containers that is to have another size: one patch.
 *
 * @param alone whether one container alone is sized
 * @param changes at least one, in the order of the resource
 */
record PodChange(String pod, boolean alone, List<PodResizer.Change> changes) {

  PodChange {
    changes = List.copyOf(changes);
  }

  /**
   * A container with what is wanted of it in all pods.
   *
   * @param vertical how it is sized by itself
   * @param alone whether no other one is sized
   */
  record Wish(Vertical vertical, boolean alone, SizeObservation.Seen seen, WantedSize wanted) {

    /** Those of all containers that are seen and were decided on, the one that bears load first. */
    static List<Wish> of(Vertical vertical, SizeObservation.Seen seen, WantedSizes wanted) {
      List<Wish> wishes = new ArrayList<>();
      Map<String, SizeObservation.Seen> beside = seen.seenBeside();
      for (Vertical container : vertical.containers()) {
        if (container.container().equals(vertical.container())) {
          wishes.add(new Wish(container, vertical.beside().isEmpty(), seen, wanted.first()));
          continue;
        }
        Optional<SizeObservation.Seen> other =
            Optional.ofNullable(beside.get(container.container()));
        Optional<WantedSize> size = wanted.beside(container.container());
        if (other.isPresent() && size.isPresent()) {
          wishes.add(new Wish(container, false, other.get(), size.get()));
        }
      }
      return wishes;
    }

    /** Whether a resize would restart the container in any pod. */
    boolean restarts() {
      return seen.pods().stream().anyMatch(SizeObservation.Pod::restarts);
    }

    private Optional<SizeObservation.Pod> of(String pod) {
      return seen.pods().stream().filter(one -> one.name().equals(pod)).findFirst();
    }
  }

  /** What of these wishes is another size than a pod has; empty where none is. */
  static Optional<PodChange> of(String pod, List<Wish> wishes) {
    List<PodResizer.Change> changes =
        wishes.stream()
            .flatMap(wish ->
                wish.of(pod).stream()
                    .map(one -> PodResizer.Change.of(wish.vertical(), one, wish.wanted())))
            .filter(PodResizer.Change::isOne)
            .toList();
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(new PodChange(pod, wishes.getFirst().alone(), changes));
  }

  ObjectNode patch() {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ArrayNode containers = patch.putObject("spec").putArray("containers");
    changes.forEach(change -> containers.add(change.patch()));
    return patch;
  }

  /** {@code 900m} of the only container, {@code crm 900m, envoy 200m CPU and 64Mi} of several. */
  @Override
  public String toString() {
    return alone
        ? changes.getFirst().toString()
        : changes.stream()
            .map(change -> change.vertical().container() + " " + change)
            .collect(Collectors.joining(", "));
  }
}
