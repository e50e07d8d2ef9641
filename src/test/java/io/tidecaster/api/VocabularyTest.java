package io.tidecaster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.decide.Clamp;
import io.tidecaster.decide.Trust;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.size.KeepReason;
import io.tidecaster.size.MemoryReason;
import io.tidecaster.size.ResizeReason;
import io.tidecaster.size.RolloutReason;
import io.tidecaster.size.Way;
import io.tidecaster.workload.Mode;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the interface's description lists is what the code can say. */
class VocabularyTest {

  private static String[] documented(Class<? extends Record> json, String component) {
    RecordComponent described =
        Arrays.stream(json.getRecordComponents())
            .filter(candidate -> candidate.getName().equals(component))
            .findFirst()
            .orElseThrow();
    return described.getAccessor().getAnnotation(Schema.class).enumeration();
  }

  static Stream<Arguments> vocabularies() {
    return Stream.of(
        Arguments.of(
            ClampJson.class, "rule", Stream.of(Clamp.Rule.values()).map(Clamp.Rule::label)),
        Arguments.of(
            NotReadyJson.class,
            "reason",
            Stream.concat(
                Stream.of(NotReady.Reason.values()).map(NotReady.Reason::label),
                Stream.of("NoDecisionYet"))),
        Arguments.of(
            PromotionJson.class,
            "standing",
            Stream.of(Trust.Standing.values()).map(Trust.Standing::label)),
        Arguments.of(
            SizeJson.class,
            "reason",
            Stream.concat(
                Stream.of(ResizeReason.values()).map(ResizeReason::label),
                Stream.of(KeepReason.values()).map(KeepReason::label))),
        Arguments.of(
            SizeJson.class, "rollout", Stream.of(RolloutReason.values()).map(RolloutReason::label)),
        Arguments.of(SizeJson.class, "way", Stream.of(Way.values()).map(Way::label)),
        Arguments.of(
            SizeJson.MemoryJson.class,
            "reason",
            Stream.of(MemoryReason.values()).map(MemoryReason::label)),
        Arguments.of(ModeJson.class, "mode", Stream.of(Mode.values()).map(Mode::label)),
        Arguments.of(DecisionJson.class, "mode", Stream.of(Mode.values()).map(Mode::label)));
  }

  @ParameterizedTest(name = "{0}.{1}")
  @MethodSource("vocabularies")
  void whatIsDocumentedIsWhatCanBeSaid(
      Class<? extends Record> json, String component, Stream<String> labels) {
    assertThat(documented(json, component)).containsExactlyInAnyOrderElementsOf(labels.toList());
  }
}
