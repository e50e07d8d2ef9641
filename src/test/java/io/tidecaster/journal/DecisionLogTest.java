package io.tidecaster.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.size.CpuBounds;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeInputs;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
  private final DecisionLog log = new DecisionLog(100, 1000);

  @Test
  void oneDecisionATimeHoweverOftenItIsRead() {
    assertThat(log.add(SampleDecisions.at(SampleDecisions.NINE))).isTrue();
    assertThat(log.add(SampleDecisions.at(SampleDecisions.NINE))).isFalse();

    assertThat(
            log.between(
                SampleDecisions.CRM, Instant.EPOCH, SampleDecisions.NINE.plusSeconds(1), 10))
        .hasSize(1);
  }

  @Test
  void theOldestGoFirstWhenTheBoundIsReached() {
    for (int minute = 0; minute < 150; minute++) {
      log.add(SampleDecisions.at(SampleDecisions.NINE.plusSeconds(60L * minute)));
    }

    var kept =
        log.between(
            SampleDecisions.CRM, Instant.EPOCH, SampleDecisions.NINE.plusSeconds(100_000), 1000);

    assertThat(kept).hasSize(100); // the bound a scaler
    assertThat(kept.getFirst().at()).isEqualTo(SampleDecisions.NINE.plusSeconds(60L * 149));
    assertThat(kept.getLast().at()).isEqualTo(SampleDecisions.NINE.plusSeconds(60L * 50));
  }

  @Test
  void theLastDecisionOnTheSizeIsKnownInWhateverOrderTheyAreRead() {
    assertThat(log.size(SampleDecisions.CRM)).isEmpty();
    log.put(SampleDecisions.CRM, sizeAt(SampleDecisions.NINE.plusSeconds(60)));
    log.put(SampleDecisions.CRM, sizeAt(SampleDecisions.NINE));

    assertThat(log.size(SampleDecisions.CRM))
        .contains(sizeAt(SampleDecisions.NINE.plusSeconds(60)));
  }

  private static SizeDecision sizeAt(Instant at) {
    return SizeDecision.of(
        at,
        "web",
        new SizeInputs(
            SizeDecider.Settings.DEFAULT,
            500,
            Optional.of(new SizeNeed(480, 900)),
            new CpuBounds(250, 4000),
            SizeMemory.EMPTY));
  }

  @Test
  void pagesEndBeforeTheirCursor() {
    for (int minute = 0; minute < 10; minute++) {
      log.add(SampleDecisions.at(SampleDecisions.NINE.plusSeconds(60L * minute)));
    }

    var page =
        log.between(SampleDecisions.CRM, Instant.EPOCH, SampleDecisions.NINE.plusSeconds(300), 2);

    assertThat(page)
        .extracting(decision -> decision.at().getEpochSecond())
        .containsExactly(
            SampleDecisions.NINE.getEpochSecond() + 240,
            SampleDecisions.NINE.getEpochSecond() + 180);
  }

  @Test
  void nothingIsKnownOfAnUnseenScaler() {
    assertThat(log.last(SampleDecisions.CRM)).isEmpty();
    assertThat(log.between(SampleDecisions.CRM, Instant.EPOCH, SampleDecisions.NINE, 5)).isEmpty();
    assertThat(log.forecast(SampleDecisions.CRM)).isEmpty();
  }
}
