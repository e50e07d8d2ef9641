package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.size.WantedSize;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.BesideContainer;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.Vertical;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PodChangeTest {
  private static final Vertical CRM =
      new Vertical("crm", 250, 4000, Vertical.Values.REQUESTS_ONLY, 0.8, 6)
          .with(
              List.of(
                  new BesideContainer(
                      "envoy",
                      100,
                      1000,
                      Vertical.Values.REQUESTS_AND_LIMITS,
                      0.8,
                      new Source(
                          new SeriesSelector("cpu_total", SeriesSelector.Type.COUNTER, Map.of()),
                          Optional.empty()),
                      Optional.empty(),
                      Optional.empty())));

  private static SizeObservation.Pod pod(long request, OptionalLong limit, boolean restarts) {
    return new SizeObservation.Pod("crm-0", request, limit, request, restarts, Optional.empty());
  }

  private static SizeObservation.Seen seen(Map<String, SizeObservation> beside) {
    return new SizeObservation.Seen(
        List.of(pod(500, OptionalLong.empty(), false)), Optional.empty(), beside);
  }

  private static final Map<String, SizeObservation> ENVOY =
      Map.of("envoy", new SizeObservation.Seen(List.of(pod(100, OptionalLong.of(200), false))));

  private static Optional<PodChange> change(long crm, long envoy) {
    return PodChange.of(
        "crm-0",
        PodChange.Wish.of(
            CRM,
            seen(ENVOY),
            new WantedSizes(WantedSize.ofCpu(crm), Map.of("envoy", WantedSize.ofCpu(envoy)))));
  }

  @Test
  void onePatchCarriesAllContainersThatChange() {
    PodChange both = change(900, 150).orElseThrow();

    // 100m of 200m become 150m of 300m
    assertThat(both.patch().toString().replace('"', '\''))
        .isEqualTo(
            "{'spec':{'containers':["
                + "{'name':'crm','resources':{'requests':{'cpu':'900m'}}},"
                + "{'name':'envoy','resources':{'requests':{'cpu':'150m'},'limits':{'cpu':'300m'}}}]}}");
    assertThat(both).hasToString("crm 900m, envoy 150m");
  }

  @Test
  void whatIsAsItShouldBeIsLeftOut() {
    assertThat(change(500, 150).orElseThrow()).hasToString("envoy 150m");
    assertThat(change(500, 100)).isEmpty();
  }

  @Test
  void aContainerThatCouldNotBeSeenKeepsNoneOfTheOthersFromTheirSize() {
    var unseen = new SizeObservation.Unseen("ContainerNotFound", "container \"envoy\" is none");
    var wanted = new WantedSizes(WantedSize.ofCpu(900), Map.of("envoy", WantedSize.ofCpu(150)));

    assertThat(PodChange.Wish.of(CRM, seen(Map.of("envoy", unseen)), wanted))
        .extracting(wish -> wish.vertical().container())
        .containsExactly("crm");
  }

  @Test
  void aContainerThatWasNotDecidedOnIsLeftAsItIs() {
    assertThat(PodChange.Wish.of(CRM, seen(ENVOY), WantedSizes.of(WantedSize.ofCpu(900))))
        .extracting(wish -> wish.vertical().container())
        .containsExactly("crm");
  }
}
