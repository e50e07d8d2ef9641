package io.tidecaster.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidecaster.history.Sample;
import io.tidecaster.history.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleSerdeTest {
  private static final long T = 1_772_442_000_000L;
  private static final int ROOMY = 1_000_000;

  private static final List<Sample> SAMPLES =
      List.of(
          new Sample(Signal.LOAD, "app=shop\u001fpod=a", T, 17),
          new Sample(Signal.LOAD, "app=shop\u001fpod=a", T + 15_000, 19.5),
          new Sample(
              Signal.LOAD,
              "app=shop\u001fpod=a",
              T + 14_000,
              Double.longBitsToDouble(Sample.STALE_MARKER)),
          new Sample(Signal.CPU, "pod=ä", T, 0.5));

  @Test
  void writesTheBytesOfVersionOne() {
    assertThat(SampleSerde.encode(SAMPLES, ROOMY))
        .containsExactly(Golden.hex("SampleSerdeTest/v1.hex"));
  }

  @Test
  void readsTheBytesOfVersionOne() throws Exception {
    List<Sample> samples = SampleSerde.decode(Golden.hex("SampleSerdeTest/v1.hex"));

    assertThat(samples).isEqualTo(SAMPLES);
    assertThat(samples.get(2).endsSeries()).isTrue();
  }

  private static final Set<Signal> OF_CONTAINERS =
      EnumSet.of(Signal.CPU, Signal.MEMORY, Signal.THROTTLED, Signal.CPU_PERIODS);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void readsWhatItWroteInOrderAndInRecordsOfBoundedSize(int seed) throws Exception {
    Random random = new Random(seed);
    List<Signal> signals = List.copyOf(EnumSet.allOf(Signal.class));
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      Signal signal = signals.get(random.nextInt(signals.size()));
      boolean beside = OF_CONTAINERS.contains(signal) && random.nextBoolean();
      samples.add(
          new Sample(
              signal,
              beside ? "envoy" + random.nextInt(2) : "",
              "pod=" + random.nextInt(3),
              random.nextLong(),
              Double.longBitsToDouble(random.nextLong())));
    }
    int maxBytes = 500 + random.nextInt(5_000);

    List<byte[]> records = SampleSerde.encode(samples, maxBytes);

    assertThat(records)
        .hasSizeGreaterThan(1)
        .allSatisfy(record -> assertThat(record.length).isLessThanOrEqualTo(maxBytes));
    List<Sample> read = new ArrayList<>();
    for (byte[] record : records) {
      read.addAll(SampleSerde.decode(record));
    }
    assertThat(read).isEqualTo(samples);
  }

  @Test
  void writesNoRecordOfNoSamples() {
    assertThat(SampleSerde.encode(List.of(), ROOMY)).isEmpty();
  }

  @Test
  void refusesAnotherVersion() {
    byte[] record = Golden.hex("SampleSerdeTest/v1.hex");
    record[0] = 2;

    assertThat(refusal(record).reason()).isEqualTo(DeadLetterReason.UNKNOWN_VERSION);
    assertThat(refusal(record)).hasMessageContaining("version 2");
  }

  @Test
  void refusesEveryPrefixThatEndsInASeries() {
    byte[] whole = Golden.hex("SampleSerdeTest/v1.hex");
    // The first series ends at 1 + 2 + 64 bytes; a prefix that ends there is whole.
    int endOfFirst = 3 + whole[2];
    for (int length = 0; length < whole.length; length++) {
      if (length != 1 && length != endOfFirst) {
        assertThat(refusal(Arrays.copyOf(whole, length)).reason())
            .as("%d of %d bytes", length, whole.length)
            .isEqualTo(DeadLetterReason.UNDECODABLE);
      }
    }
  }

  @Test
  void refusesAnUnknownSignal() {
    // SeriesBatch { signal: 14, series: "a" }
    byte[] record = {1, 0x0a, 9, 0x08, 14, 0x12, 1, 'a', 0x1a, 0, 0x22, 0};

    assertThat(refusal(record)).hasMessageContaining("signal 14 is none of 1 to 13");
  }

  /**
   * A build that knows of no containers beside must not take their CPU for that of the replicas.
   */
  @Test
  void whatAContainerBesideUsesHasSignalsOfItsOwn() {
    Sample envoy = new Sample(Signal.CPU, "envoy", "pod=a", T, 0.5);

    // the signal of the first series: 10 for the CPU of a container, 2 for that of the replicas
    assertThat(SampleSerde.encode(List.of(envoy), ROOMY).getFirst()[4]).isEqualTo((byte) 10);
    assertThat(
            SampleSerde.encode(List.of(new Sample(Signal.CPU, "pod=a", T, 0.5)), ROOMY)
                .getFirst()[4])
        .isEqualTo((byte) 2);
    assertThatThrownBy(() ->
            SampleSerde.encode(List.of(new Sample(Signal.LOAD, "envoy", "pod=a", T, 0.5)), ROOMY))
        .hasMessageContaining("LOAD is of all replicas, and not of container envoy");
  }

  @Test
  void refusesASignalOfAContainerThatHasNone() {
    // SeriesBatch { signal: 10, series: "a" }
    byte[] record = {1, 0x0a, 9, 0x08, 10, 0x12, 1, 'a', 0x1a, 0, 0x22, 0};

    assertThat(refusal(record)).hasMessageContaining("signal 10 is of container \"\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void readsOrRefusesRandomBytes(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      byte[] record = Golden.hex("SampleSerdeTest/v1.hex");
      record[1 + random.nextInt(record.length - 1)] = (byte) random.nextInt(256);
      try {
        assertThat(SampleSerde.decode(record)).isNotNull();
      } catch (UnreadableRecordException e) {
        assertThat(e.reason()).isEqualTo(DeadLetterReason.UNDECODABLE);
      }
    }
  }

  private static UnreadableRecordException refusal(byte[] record) {
    return catchThrowableOfType(UnreadableRecordException.class, () -> SampleSerde.decode(record));
  }
}
