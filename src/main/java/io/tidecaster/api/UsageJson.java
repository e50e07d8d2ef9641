package io.tidecaster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.forecast.UsageForecast;
import io.tidecaster.workload.Vertical;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the containers of a replica are expected to use. */
@JsonInclude(JsonInclude.Include.ALWAYS)
@Schema(
    name = "Usage",
    description = "What the containers of a replica that are sized are expected to use.",
    requiredProperties = {"items"})
public record UsageJson(@Schema(description = "One a container.") List<ContainerUsage> items) {
  private static final NotReadyJson NONE_YET =
      NotReadyJson.of(
          new NotReady(
              NotReady.Reason.TOO_LITTLE_HISTORY, "no minute has closed yet; wait for the first"));

  /** One container. */
  @Schema(
      name = "ContainerUsage",
      requiredProperties = {"container", "replicas", "cpuCores", "memoryBytes"})
  public record ContainerUsage(
      @Schema(description = "Its name in the pod.", examples = "scheduler") String container,
      @Schema(
              nullable = true,
              description =
                  "The load is taken to be borne by so many: those that are ready; null until known.",
              examples = "3")
          @Nullable Integer replicas,
      @Schema(description = "CPU of one of them, in cores: the forecast load times what it costs.")
          ForecastJson cpuCores,
      @Schema(
              nullable = true,
              description =
                  "Memory of the one that uses most, in bytes; null where memory is left as it is.")
          @Nullable ForecastJson memoryBytes) {}

  static UsageJson of(Vertical vertical, Optional<ForecastReport> report) {
    return new UsageJson(
        vertical.containers().stream().map(each -> of(each.container(), report)).toList());
  }

  private static ContainerUsage of(String container, Optional<ForecastReport> report) {
    return report.stream()
        .flatMap(known -> known.usage().stream())
        .filter(usage -> usage.container().equals(container))
        .findFirst()
        .map(UsageJson::of)
        .orElseGet(
            () -> new ContainerUsage(container, null, new ForecastJson.Missing(NONE_YET), null));
  }

  private static ContainerUsage of(UsageForecast usage) {
    return new ContainerUsage(
        usage.container(),
        usage.replicas(),
        ForecastJson.of(usage.cpuCores()),
        usage.memoryBytes().map(ForecastJson::of).orElse(null));
  }
}
