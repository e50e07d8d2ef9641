package io.tidecaster.crd.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.ThrottlingSigns;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CadvisorMetricsTest {

  private static PredictiveScalerSpec.ThrottlingSpec given(Map<String, String> labels) {
    return new PredictiveScalerSpec.ThrottlingSpec(labels, null, null, null);
  }

  @Test
  void namesTheCountersOfTheContainerThatIsSized() {
    ThrottlingSigns signs = CadvisorMetrics.throttling("crm", "web", given(Map.of()));
    Map<String, String> labels = Map.of("namespace", "crm", "container", "web");

    assertThat(signs.throttled())
        .isEqualTo(
            new SeriesSelector(
                "container_cpu_cfs_throttled_periods_total", SeriesSelector.Type.COUNTER, labels));
    assertThat(signs.periods())
        .isEqualTo(
            new SeriesSelector(
                "container_cpu_cfs_periods_total", SeriesSelector.Type.COUNTER, labels));
    assertThat(signs.mostShare()).isEqualTo(0.05);
  }

  @Test
  void theQueryIsTheShareAndItsLabelsAreQuoted() {
    ThrottlingSigns signs =
        CadvisorMetrics.throttling(
            "crm",
            "web",
            new PredictiveScalerSpec.ThrottlingSpec(
                Map.of("cluster", "eu\"1", "container", "app"), "cut_total", "all_total", "10%"));

    assertThat(signs.query())
        .isEqualTo(
            "sum(rate(cut_total{cluster=\"eu\\\"1\",container=\"app\",namespace=\"crm\"}[2m]))"
                + " / sum(rate(all_total{cluster=\"eu\\\"1\",container=\"app\",namespace=\"crm\"}[2m]))");
    assertThat(signs.mostShare()).isEqualTo(0.1);
  }
}
