package io.tidecaster.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.history.Series;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceLoadTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");

  private static TraceLoad parse(String csv) throws IOException {
    return TraceLoad.parse("crm.csv", new BufferedReader(new StringReader(csv)));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-02T09:00:00Z, 2026-03-02T09:05:00Z",
    "2026-03-02T10:00:00+01:00, 2026-03-02T10:05:00+01:00",
    "2026-03-02 09:00:00, 2026-03-02 09:05:00",
    "2026-03-02T09:00, 2026-03-02T09:05",
    "1772442000, 1772442300",
    "1772442000.0, 1772442300.0",
  })
  void readsIsoAndEpoch(String first, String second) throws IOException {
    TraceLoad load = parse("timestamp,value\n%s,100\n%s,200\n".formatted(first, second));
    assertThat(load.start()).isEqualTo(NINE);
    assertThat(load.step()).isEqualTo(Duration.ofMinutes(5));
    assertThat(load.end()).isEqualTo(NINE.plusSeconds(300));
  }

  @Test
  void isLinearInBetween() throws IOException {
    TraceLoad load = parse("timestamp,value\n1772442000,100\n1772442300,200\n");
    assertThat(load.at(NINE.plusSeconds(60))).isCloseTo(120, within(1e-9));
    assertThat(load.at(NINE.plusSeconds(3600))).isEqualTo(200);
  }

  @Test
  void aGapIsLinearAndUnknown() throws IOException {
    TraceLoad load =
        parse("timestamp,value\n1772442000,100\n1772442060,\n1772442180,400\n1772442240,400\n");
    assertThat(load.at(NINE.plusSeconds(60))).isCloseTo(200, within(1e-9));
    assertThat(load.isKnown(NINE.plusSeconds(60))).isFalse();
    assertThat(load.isKnown(NINE.plusSeconds(179))).isFalse();
    assertThat(load.isKnown(NINE.plusSeconds(180))).isTrue();
    Series minutes = load.minutes(4);
    assertThat(minutes.toArray()).containsExactly(Double.NaN, Double.NaN, Double.NaN, 400);
  }

  @Test
  void givesTheMeansOfMinutes() throws IOException {
    TraceLoad load = parse("timestamp,value\n1772442000,100\n1772442300,200\n");
    // at 0, 15, 30 and 45 s: 100, 105, 110, 115
    Series minutes = load.minutes(4);
    assertThat(minutes.size()).isEqualTo(5);
    assertThat(minutes.at(0)).isCloseTo(107.5, within(1e-9));
  }

  @Test
  void isScaledToAFleet() throws IOException {
    TraceLoad load = parse("timestamp,value\n1772442000,100\n1772442300,200\n").scaledTo(40, 120);
    assertThat(load.peak()).isCloseTo(4800, within(1e-9));
    assertThat(load.at(NINE)).isCloseTo(2400, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time,load;1,2 | crm.csv line 1: \"time,load\" names no columns timestamp,value",
        "timestamp,value;1772442000,1 | crm.csv: 1 rows < 2",
        "timestamp,value;1772442000,1;soon,2 |"
            + " crm.csv line 3: timestamp \"soon\" is neither ISO 8601 nor seconds since the epoch",
        "timestamp,value;1772442000,1;1772442060,many |"
            + " crm.csv line 3: value \"many\" is no number; leave it empty for a gap",
        "timestamp,value;1772442000,1;1772442060,-3 |"
            + " crm.csv line 3: load -3 must be at least 0",
        "timestamp,value;1772442000,1;1772442060 | crm.csv line 3: 1 fields, the header names 2",
        "timestamp,value;1772442000,1;1772442000,1 |"
            + " crm.csv line 3: 2026-03-02T09:00:00Z is not after the line before;"
            + " sort the rows by time",
        "timestamp,value;1772442000,1;1772442060,1;1772442150,1 |"
            + " crm.csv line 4: 2026-03-02T09:02:30Z is not on the grid of PT1M"
            + " from 2026-03-02T09:00:00Z",
        "timestamp,value;1772442000,;1772442060, | crm.csv: fewer than 2 known values",
      })
  void saysWhichLineIsWrongAndWhy(String csv, String message) {
    assertThatThrownBy(() -> parse(csv.replace(';', '\n'))).hasMessage(message);
  }
}
