package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tidecaster.chart.Dashboards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The dashboards and the alerts against what they are about: a Prometheus that scrapes a running
 * demo, and promtool on every alert.
 */
class ObservabilityE2E {
  private static final Path RULES = Path.of("charts/tidecaster/rules/tidecaster.yaml");
  private static final Path RULE_TESTS = Path.of("src/test/resources/alerts/tidecaster_test.yaml");
  private static final Path RUNBOOKS = Path.of("docs/runbooks");
  private static final Duration FILLED_WITHIN = Duration.ofMinutes(4);

  /** What Grafana would put in place of its variables, for a demo that is a minute old. */
  private static final Map<String, String> VARIABLES =
      Map.of(
          "$__rate_interval", "30s",
          "$__interval", "15s",
          "$__range", "2m",
          "\"$namespace\"", "\"crm\"",
          "\"$scaler\"", "\"crm-deployment\"",
          "${lead}", "5",
          "$price", "1");

  /**
   * Metrics that a healthy demo has none of: it has no cluster, sizes no pods, and refuses nothing.
   */
  private static final Set<String> EMPTY_WHEN_HEALTHY =
      Set.of(
          "tidecaster_status_writes_total",
          "tidecaster_events_total",
          "tidecaster_size_",
          "tidecaster_resizes_total",
          "status=~\"[45]..\"");

  @TempDir private static Path scratch;

  @Test
  void everyQueryOfEveryDashboardAndAlertAnswers() throws IOException {
    int port = Loopback.freePort();
    try (ServiceProcess demo =
            ServiceProcess.named("observed")
                .port(port)
                .jvm("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
                .property("java.util.logging.manager", "org.jboss.logmanager.LogManager")
                .arguments("demo", "--port", "" + port, "--speed", "240")
                .startWithoutWaiting();
        PrometheusServer prometheus =
            PrometheusServer.start(PrometheusServer.Settings.everySecond())) {
      Files.writeString(
          prometheus.targetsDirectory().resolve("tidecaster.json"),
          "[{\"targets\":[\"%s:%d\"],\"labels\":{\"__metrics_path__\":\"/q/metrics\"}}]"
              .formatted(Loopback.HOST, port));
      List<String> expressions = expressions();
      assertThat(expressions).hasSizeGreaterThan(60);

      Eventually.get(
          "all queries that must have data have it",
          FILLED_WITHIN,
          () -> {
            assertThat(demo.alive()).as(demo.log()).isTrue();
            return expressions.stream()
                .filter(expression -> EMPTY_WHEN_HEALTHY.stream().noneMatch(expression::contains))
                .filter(expression -> !hasFigure(prometheus, expression))
                .toList();
          },
          List::isEmpty);

      // Nothing to say is an answer, a fault in the expression is not.
      expressions.forEach(prometheus::query);
      alertConditions().forEach(prometheus::query);
      assertThat(firing(prometheus)).isEmpty();
    }
  }

  private static boolean hasFigure(PrometheusServer prometheus, String expression) {
    return prometheus.query(expression).stream().anyMatch(sample -> !Double.isNaN(sample.value()));
  }

  private static List<String> expressions() {
    List<String> expressions = new ArrayList<>();
    for (Dashboards.Query query : Dashboards.queries()) {
      String expression = query.expression();
      for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
        expression = expression.replace(variable.getKey(), variable.getValue());
      }
      assertThat(expression).as(query.toString()).doesNotContain("$");
      expressions.add(expression);
    }
    return expressions;
  }

  /** The alerts that a healthy demo meets at this moment, whatever their {@code for}. */
  private static List<String> firing(PrometheusServer prometheus) throws IOException {
    return alertConditions().stream()
        // a demo is at its maximum now and then
        .filter(condition -> !condition.contains("AtMaximum"))
        .filter(condition -> !condition.contains("tidecaster_replicas_desired"))
        .filter(condition -> !prometheus.query(condition).isEmpty())
        .toList();
  }

  private static List<String> alertConditions() throws IOException {
    List<String> conditions = new ArrayList<>();
    for (JsonNode rule : rules()) {
      conditions.add(rule.path("expr").asText());
    }
    return conditions;
  }

  private static JsonNode rules() throws IOException {
    return new YAMLMapper().readTree(RULES.toFile()).at("/groups/0/rules");
  }

  @Test
  void eachAlertFiresWhenItShouldAndIsSilentOtherwise() throws IOException {
    Files.copy(RULES, scratch.resolve(RULES.getFileName()));
    Files.copy(RULE_TESTS, scratch.resolve(RULE_TESTS.getFileName()));

    promtool("check", "rules", RULES.toString());
    promtool("test", "rules", scratch.resolve(RULE_TESTS.getFileName()).toString());

    JsonNode tests = new YAMLMapper().readTree(RULE_TESTS.toFile());
    Set<String> fire = new TreeSet<>();
    Set<String> silent = new TreeSet<>();
    for (JsonNode test : tests.findValues("alert_rule_test")) {
      for (JsonNode claim : test) {
        (claim.path("exp_alerts").isEmpty() ? silent : fire).add(claim.path("alertname").asText());
      }
    }
    Set<String> alerts = new TreeSet<>(rules().findValuesAsText("alert"));
    assertThat(fire).isEqualTo(alerts);
    assertThat(silent).isEqualTo(alerts);
  }

  /** What the pages give to copy, as the real Prometheus reads it. */
  @ParameterizedTest
  @CsvSource({
    "docs/prometheus.md, remote_write.yml",
    "docs/prometheus.md, scrape.yml",
    "docs/balancing.md, remote_write.yml"
  })
  void prometheusTakesTheDocumentedConfiguration(Path page, String name) throws IOException {
    Path rules = Files.createDirectories(scratch.resolve("rules")).resolve(RULES.getFileName());
    Files.copy(RULES, rules, StandardCopyOption.REPLACE_EXISTING);
    Path file = Files.writeString(scratch.resolve(name), DocumentedYaml.of(page, name));

    promtool("check", "config", file.toString());
  }

  @Test
  void eachAlertHasItsPage() throws IOException {
    Set<String> pages = new TreeSet<>();
    for (JsonNode rule : rules()) {
      String alert = rule.path("alert").asText();
      Path page = Path.of(rule.at("/annotations/runbook_url").asText());
      assertThat(Files.readString(page)).startsWith("# " + alert).contains("## What to do");
      pages.add(page.getFileName().toString());
    }
    try (var files = Files.list(RUNBOOKS)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(pages);
    }
  }

  private static void promtool(String... words) throws IOException {
    var command = new ArrayList<>(List.of(Tools.find().promtool().toString()));
    command.addAll(List.of(words));
    try (ChildProcess promtool = ChildProcess.start("promtool", command)) {
      assertThat(promtool.ended(Duration.ofMinutes(1))).isTrue();
      assertThat(promtool.exitStatus()).as(Files.readString(promtool.log())).isZero();
    }
  }
}
