package io.tidecaster.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Inputs;
import io.tidecaster.size.SizeDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Makes a recorded decision again from its recorded inputs, and says where the two differ. */
public final class Replay {
  private static final String ABSENT = "absent";

  private Replay() {}

  /** How one record of the journal came out. */
  public sealed interface Verdict {

    /** The decision is made again bit for bit. */
    record Equal(Decision recorded) implements Verdict {}

    /**
     * The inputs lead to another decision.
     *
     * @param differences at least one, in the order of the fields
     */
    record Different(Decision recorded, List<Difference> differences) implements Verdict {
      public Different {
        differences = List.copyOf(differences);
      }
    }

    /** The record was written by a build that did not record the inputs. */
    record NoInputs(Decision recorded) implements Verdict {}

    /** It is no record of a decision. */
    record Unreadable(String why) implements Verdict {}
  }

  /**
   * One field that differs.
   *
   * @param field its path in the record: {@code outcome.to}, {@code clamps[0].after}
   * @param recorded as JSON, or {@code absent}; likewise {@code recomputed}
   */
  public record Difference(String field, String recorded, String recomputed) {}

  /** Makes the decision of one record again. */
  public static Verdict of(byte[] bytes) {
    try {
      JsonNode record = JournalFormat.tree(bytes);
      Decision recorded = JournalFormat.readDecision(record);
      Optional<Inputs> inputs = JournalFormat.inputs(record);
      if (inputs.isEmpty()) {
        return new Verdict.NoInputs(recorded);
      }
      Decision recomputed = again(inputs.get());
      List<Difference> differences = new ArrayList<>();
      compare("", record.path("decision"), JournalFormat.tree(recomputed), differences);
      Optional<SizeDecision> size = JournalFormat.size(record);
      if (size.isPresent()) {
        compare("size", record.path("size"), JournalFormat.tree(again(size.get())), differences);
      }
      return differences.isEmpty()
          ? new Verdict.Equal(recorded)
          : new Verdict.Different(recorded, differences);
    } catch (JournalFormat.UnreadableRecord e) {
      return new Verdict.Unreadable(String.valueOf(e.getMessage()));
    }
  }

  /** Inputs are read from a file that anyone may have changed. */
  private static Decision again(Inputs inputs) throws JournalFormat.UnreadableRecord {
    try {
      return inputs.decide();
    } catch (RuntimeException e) {
      throw new JournalFormat.UnreadableRecord("the inputs allow no decision: " + e, e);
    }
  }

  private static SizeDecision again(SizeDecision recorded) throws JournalFormat.UnreadableRecord {
    try {
      return recorded.again();
    } catch (RuntimeException e) {
      throw new JournalFormat.UnreadableRecord("the inputs allow no decision on a size: " + e, e);
    }
  }

  private static void compare(
      String path, JsonNode recorded, JsonNode recomputed, List<Difference> differences) {
    if (recorded.isObject() && recomputed.isObject()) {
      TreeSet<String> extra = new TreeSet<>();
      recorded.fieldNames().forEachRemaining(extra::add);
      recomputed
          .fieldNames()
          .forEachRemaining(name -> {
            extra.remove(name);
            compare(
                path.isEmpty() ? name : path + "." + name,
                recorded.path(name),
                recomputed.path(name),
                differences);
          });
      for (String name : extra) {
        compare(
            path.isEmpty() ? name : path + "." + name,
            recorded.path(name),
            recomputed.path(name),
            differences);
      }
    } else if (recorded.isArray() && recomputed.isArray()) {
      for (int i = 0; i < Math.max(recorded.size(), recomputed.size()); i++) {
        compare(path + "[" + i + "]", recorded.path(i), recomputed.path(i), differences);
      }
    } else if (!same(recorded, recomputed)) {
      differences.add(new Difference(path, text(recorded), text(recomputed)));
    }
  }

  /** Numbers are compared by their value as it was written: 410.0 is 410, and not 410.00000001. */
  private static boolean same(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return one.decimalValue().compareTo(other.decimalValue()) == 0;
    }
    return one.equals(other);
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? ABSENT : node.toString();
  }
}
