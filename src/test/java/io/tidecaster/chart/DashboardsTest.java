package io.tidecaster.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes a dashboard usable by someone who did not make it. */
class DashboardsTest {

  static List<JsonNode> dashboards() {
    return Dashboards.all();
  }

  @Test
  void thereAreFourAndNoTwoAreTakenForOneAnother() {
    assertThat(dashboards()).hasSize(4);
    assertThat(dashboards().stream().map(dashboard -> dashboard.path("uid").asText()))
        .doesNotHaveDuplicates()
        .allMatch(uid -> uid.matches("tidecaster-[a-z]+"));
    assertThat(dashboards().stream().map(dashboard -> dashboard.path("title").asText()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void eachSaysWhatItIsAndLeadsToTheOthers(JsonNode dashboard) {
    assertThat(dashboard.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
    assertThat(dashboard.path("description").asText()).endsWith(".");
    assertThat(dashboard.path("tags").toString()).contains("\"tidecaster\"");
    assertThat(dashboard.at("/links/0/tags").toString()).contains("\"tidecaster\"");
    assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
    assertThat(dashboard.has("id")).as("an id of the Grafana it was made in").isFalse();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void eachPanelHasATitleASentenceAUnitAndTheChosenSource(JsonNode dashboard) {
    List<Integer> ids = new ArrayList<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      ids.add(panel.path("id").asInt());
      assertThat(title).isNotBlank();
      assertThat(panel.path("description").asText()).as(title).endsWith(".");
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotBlank();
      assertThat(panel.path("targets")).as(title).isNotEmpty();
      for (JsonNode target : panel.path("targets")) {
        assertThat(target.path("expr").asText()).as(title).isNotBlank();
      }
    }
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(dashboard.findValues("datasource"))
        .allMatch(source -> source.path("uid").asText().equals("${datasource}"));
  }

  /** A fleet of a thousand: whatever is drawn for each scaler is bounded. */
  @Test
  void noPanelDrawsALineForEachScaler() {
    assertThat(Dashboards.queries())
        .filteredOn(query -> !query.dashboard().endsWith("Scaler"))
        .filteredOn(query -> query.expression().startsWith("max by (namespace, scaler)"))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void noTwoPanelsOverlap(JsonNode dashboard) {
    List<String> cells = new ArrayList<>();
    for (JsonNode panel : dashboard.path("panels")) {
      JsonNode at = panel.path("gridPos");
      for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
        for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
          cells.add(x + "," + y);
        }
      }
      assertThat(at.path("x").asInt() + at.path("w").asInt()).isLessThanOrEqualTo(24);
    }
    assertThat(cells).doesNotHaveDuplicates();
  }

  /** One source: the chart follows a link to these very files. */
  @Test
  void theChartHasNoCopiesOfItsOwn() throws IOException {
    assertThat(Path.of("charts/tidecaster/dashboards").toRealPath())
        .isEqualTo(Path.of("grafana").toRealPath());
    try (var files = Files.list(Path.of("charts/tidecaster/dashboards"))) {
      assertThat(files).hasSize(4);
    }
  }
}
