package io.tidecaster.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicProvisionerTest {
  private static final List<Topics.Layout> LAYOUTS =
      List.of(
          new Topics.Layout(Topics.SAMPLES, 12, Map.of()),
          new Topics.Layout(Topics.LOAD, 12, Map.of()),
          new Topics.Layout(Topics.DECISIONS, 12, Map.of()),
          new Topics.Layout(Topics.CONTROL, 1, Map.of()));

  @Test
  void createsAllWhereNothingIsThere() {
    assertThat(TopicProvisioner.missing(LAYOUTS, Map.of())).isEqualTo(LAYOUTS);
  }

  @Test
  void leavesWhatIsThereAsItIs() {
    assertThat(
            TopicProvisioner.missing(
                LAYOUTS,
                Map.of(Topics.SAMPLES, 6, Topics.LOAD, 6, Topics.DECISIONS, 6, Topics.CONTROL, 1)))
        .isEmpty();
  }

  @Test
  void createsTheMissingOfOneOwnerLikeThoseThatAreThere() {
    assertThat(TopicProvisioner.missing(LAYOUTS, Map.of(Topics.SAMPLES, 6)))
        .extracting(Topics.Layout::partitions)
        .containsExactly(6, 6, 1);
  }

  @Test
  void refusesTopicsOfOneOwnerWithDifferentPartitions() {
    assertThatThrownBy(() ->
            TopicProvisioner.missing(LAYOUTS, Map.of(Topics.SAMPLES, 12, Topics.DECISIONS, 6)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("{tidecaster.decisions=6, tidecaster.samples=12}")
        .hasMessageContaining("delete the wrong ones");
  }

  @Test
  void refusesMoreThanOnePartitionOfControl() {
    assertThatThrownBy(() -> TopicProvisioner.missing(LAYOUTS, Map.of(Topics.CONTROL, 3)))
        .hasMessageContaining("tidecaster.control has 3 partitions and needs 1");
  }
}
