package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventSeriesTest {
  private static final ObjectNode EVENT = JsonNodeFactory.instance.objectNode();
  private static final EventSeries.Key REFUSED = key("web", "Forbidden");

  private final EventSeries series = new EventSeries(Duration.ofMinutes(10), 2);

  @Test
  void isDueAtEachPowerOfTwo() {
    series.begin(REFUSED, EVENT, Given.AT);
    List<Integer> due = new ArrayList<>();
    for (int minute = 1; minute <= 40; minute++) {
      series
          .countAgain(REFUSED, Given.AT.plusSeconds(60L * minute))
          .filter(EventSeries.Running::isDue)
          .ifPresent(running -> due.add(running.count()));
    }

    // 41 occurrences in as many minutes: one Event and five counts
    assertThat(due).containsExactly(2, 4, 8, 16, 32);
  }

  @Test
  void endsAfterAPause() {
    series.begin(REFUSED, EVENT, Given.AT);

    assertThat(series.countAgain(REFUSED, Given.AT.plusSeconds(601))).isEmpty();
  }

  @Test
  void countsAScalingOfOtherReplicasApart() {
    series.begin(new EventSeries.Key(REFUSED.scaler(), "Normal", "Surplus", 5, 4), EVENT, Given.AT);

    assertThat(
            series.countAgain(
                new EventSeries.Key(REFUSED.scaler(), "Normal", "Surplus", 4, 3), Given.AT))
        .isEmpty();
  }

  @Test
  void forgetsTheOneLongestUnchangedWhenItIsFull() {
    series.begin(REFUSED, EVENT, Given.AT);
    series.begin(key("api", "Forbidden"), EVENT, Given.AT);
    series.countAgain(REFUSED, Given.AT);
    series.begin(key("db", "Forbidden"), EVENT, Given.AT);

    assertThat(series.countAgain(key("api", "Forbidden"), Given.AT)).isEmpty();
    assertThat(series.countAgain(REFUSED, Given.AT)).isPresent();
  }

  private static EventSeries.Key key(String name, String reason) {
    return new EventSeries.Key(new ScalerId("crm", name), "Warning", reason, 0, 0);
  }
}
