package io.tidecaster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidecaster.sim.BalancingAdvice;
import io.tidecaster.sim.BalancingRule;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The balancers in front of a scaler, and advice. */
@JsonInclude(JsonInclude.Include.ALWAYS)
@Schema(
    name = "Balancer",
    requiredProperties = {
      "instances",
      "inForce",
      "warmUp",
      "recommended",
      "sentence",
      "algorithms",
      "facts"
    })
public record BalancerJson(
    @Schema(description = "Each HAProxy that the resource names; empty where it names none.")
        List<Instance> instances,
    @Schema(
            nullable = true,
            description = "HAProxy's algorithm; null where none answers.",
            examples = "roundrobin")
        @Nullable String inForce,
    @Schema(nullable = true, description = "How long the weight of a new replica rises.")
        @Nullable WarmUp warmUp,
    @Schema(
            nullable = true,
            description =
                "The algorithm to have; null where too little is known. It is never switched by"
                    + " Tidecaster.",
            examples = "leastconn")
        @Nullable String recommended,
    @Schema(
            examples =
                "least connections: 95 % of requests within 0.25 s; round robin, which is in force,"
                    + " 0.41 s.")
        String sentence,
    @Schema(description = "Quickest first; empty where too little is known.")
        List<Expected> algorithms,
    @Schema(description = "What the simulation was told, and where each is from.")
        List<Fact> facts) {

  /** One HAProxy. */
  @Schema(
      name = "BalancerInstance",
      requiredProperties = {
        "address",
        "reachable",
        "serving",
        "servers",
        "outstanding",
        "problems"
      })
  public record Instance(
      @Schema(examples = "haproxy-0.haproxy:9999") String address,
      @Schema(description = "Whether it answered just now.") boolean reachable,
      @Schema(description = "Servers that take requests.", examples = "3") int serving,
      @Schema(description = "Each of them.") List<Server> servers,
      @Schema(description = "Commands that would make its backend as it should be.", examples = "0")
          int outstanding,
      @Schema(description = "What keeps its backend from being as it should.")
          List<Trouble> problems) {}

  /** A server that takes requests. */
  @Schema(
      name = "BalancerServer",
      requiredProperties = {"name", "weight", "responseSeconds", "reason"})
  public record Server(
      @Schema(examples = "slot1") String name,
      @Schema(description = "What it gets in proportion to the others.", examples = "50")
          int weight,
      @Schema(
              nullable = true,
              description =
                  "Mean time until its answer begins, of its last 1,024 requests; null where it has"
                      + " had fewer than 1,000.",
              examples = "0.042")
          @Nullable Double responseSeconds,
      @Schema(description = "Why it has this weight.", examples = "warms up, 12 of 42 s")
          String reason) {}

  /** How long the weight of a new replica rises. */
  @Schema(
      name = "WarmUp",
      requiredProperties = {"seconds", "origin", "sentence"})
  public record WarmUp(
      @Schema(examples = "42.0") double seconds,
      @Schema(
              enumeration = {"Learned", "Configured"},
              examples = "Learned")
          String origin,
      @Schema(
              examples =
                  "half of the last 12 starts were warm within 42 s, the slowest within 61 s; just"
                      + " ready they had 31 % of their speed")
          String sentence) {}

  /** What keeps a backend from being as it should. */
  @Schema(
      name = "BalancerProblem",
      requiredProperties = {"problem", "sentence"})
  public record Trouble(
      @Schema(examples = "NoSlot") String problem,
      @Schema(examples = "no server is free for a replica; raise the number of slots")
          String sentence) {}

  /** What an algorithm is expected to make of the fleet. */
  @Schema(
      name = "ExpectedResponse",
      requiredProperties = {
        "algorithm",
        "name",
        "p50Seconds",
        "p95Seconds",
        "p99Seconds",
        "saturated"
      })
  public record Expected(
      @Schema(description = "As `tidecaster haproxy --algorithm` takes it.", examples = "leastconn")
          String algorithm,
      @Schema(examples = "least connections") String name,
      @Schema(examples = "0.08") double p50Seconds,
      @Schema(examples = "0.25") double p95Seconds,
      @Schema(examples = "0.47") double p99Seconds,
      @Schema(
              description =
                  "Some server gets more than it bears: times grow without end, and the figures are"
                      + " those of the time simulated.")
          boolean saturated) {

    static Expected of(BalancingAdvice.Expected expected) {
      return new Expected(
          expected.rule().label(),
          expected.rule().words(),
          expected.p50Seconds(),
          expected.p95Seconds(),
          expected.p99Seconds(),
          expected.saturated());
    }
  }

  /** What the simulation was told. */
  @Schema(
      name = "FleetFact",
      requiredProperties = {"name", "value", "unit", "origin", "detail"})
  public record Fact(
      @Schema(examples = "workSeconds") String name,
      @Schema(examples = "0.08") double value,
      @Schema(examples = "s") String unit,
      @Schema(
              enumeration = {"Measured", "Learned", "Configured", "Given", "Assumed"},
              examples = "Measured")
          String origin,
      @Schema(examples = "mean of HAProxy's response times, the queues at the servers included")
          String detail) {}

  static BalancerJson of(BalancerReport report) {
    return new BalancerJson(
        report.instances().stream()
            .map(instance ->
                new Instance(
                    instance.address(),
                    instance.reachable(),
                    instance.servers().size(),
                    instance.servers().stream()
                        .map(server ->
                            new Server(
                                server.name(),
                                server.weight(),
                                server.response().map(DecisionJson::seconds).orElse(null),
                                server.reason()))
                        .toList(),
                    instance.outstanding(),
                    instance.problems().stream()
                        .map(trouble -> new Trouble(trouble.problem(), trouble.sentence()))
                        .toList()))
            .toList(),
        report.inForce().map(BalancingRule::label).orElse(null),
        report
            .warmUp()
            .map(ramp ->
                new WarmUp(
                    DecisionJson.seconds(ramp.duration()), ramp.origin().label(), ramp.sentence()))
            .orElse(null),
        report.advice().map(advice -> advice.best().rule().label()).orElse(null),
        report.sentence(),
        report.advice().map(BalancingAdvice::expected).orElse(List.of()).stream()
            .map(Expected::of)
            .toList(),
        report.facts().stream()
            .map(fact ->
                new Fact(
                    fact.name(), fact.value(), fact.unit(), fact.origin().label(), fact.detail()))
            .toList());
  }
}
