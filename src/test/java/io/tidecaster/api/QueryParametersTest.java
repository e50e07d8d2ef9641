package io.tidecaster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParametersTest {
  private static final ApiConfig DEFAULTS =
      new SmallRyeConfigBuilder()
          .addDiscoveredConverters()
          .withMapping(ApiConfig.class)
          .build()
          .getConfigMapping(ApiConfig.class);

  @Test
  void boundsHaveDefaults() {
    assertThat(DEFAULTS.pageItems()).isEqualTo(100);
    assertThat(DEFAULTS.maxPageItems()).isEqualTo(1000);
    assertThat(DEFAULTS.recommendationValidity()).isEqualTo(Duration.ofMinutes(3));
    assertThat(DEFAULTS.writeTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(DEFAULTS.stream().heartbeat()).isEqualTo(Duration.ofSeconds(15));
    assertThat(DEFAULTS.stream().maxOpen()).isEqualTo(256);
    assertThat(DEFAULTS.stream().maxReplay()).isEqualTo(1440);
    assertThat(DEFAULTS.stream().reconnectDelay()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void takesTheDefaultLimitWhereNoneIsGiven() {
    assertThat(QueryParameters.limit(null, DEFAULTS)).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({
    "0, limit 0 < 1; ask for 1 to 1000 items",
    "-3, limit -3 < 1; ask for 1 to 1000 items",
    "1001, limit 1001 > 1000; ask for 1 to 1000 items",
    "many, 'limit \"many\" is no number; ask for 1 to 1000 items'",
    "'', 'limit \"\" is no number; ask for 1 to 1000 items'",
    "99999999999, 'limit \"99999999999\" is no number; ask for 1 to 1000 items'",
  })
  void refusesALimitOutOfBounds(String limit, String detail) {
    assertThatThrownBy(() -> QueryParameters.limit(limit, DEFAULTS))
        .isInstanceOf(ProblemException.class)
        .hasMessage(detail);
  }

  @Test
  void readsTimesOfAnyOffset() {
    assertThat(QueryParameters.time("since", "2026-05-04T14:00:00+02:00")).contains(Examples.NOON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "2026-05-04", "2026-05-04T14:00:00", "1777888800", ""})
  void refusesWhatIsNoTime(String since) {
    assertThatThrownBy(() -> QueryParameters.time("since", since))
        .isInstanceOf(ProblemException.class)
        .hasMessage(
            "since \"%s\" is no RFC 3339 time; write it as 2026-05-04T09:31:00Z".formatted(since));
  }

  @Test
  void cursorsLeadBackToTheirPlace() {
    assertThat(QueryParameters.timeCursor(Cursors.of(Examples.NOON.toString())))
        .contains(Examples.NOON);
    assertThat(QueryParameters.scalerCursor(Cursors.of(Examples.WEB.toString())))
        .contains(Examples.WEB);
    assertThat(QueryParameters.timeCursor(null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%%%", "MTIz", "page2", "Y3JtL2NybS13ZWI"})
  void refusesACursorThatIsNoneOfOurs(String cursor) {
    assertThatThrownBy(() -> QueryParameters.timeCursor(cursor))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("cursor \"%s\" is none of ours".formatted(cursor));
  }

  @Test
  void scalerCursorsNeedANamespace() {
    assertThatThrownBy(() -> QueryParameters.scalerCursor(Cursors.of("crm-web")))
        .isInstanceOf(ProblemException.class);
    assertThat(new ScalerId("crm", "crm-web")).isEqualTo(Examples.WEB);
  }

  @Test
  void passesOverAnEventIdThatIsNoTime() {
    assertThat(QueryParameters.lastEvent("seventh")).isEmpty();
    assertThat(QueryParameters.lastEvent("2026-05-04T12:00:00Z"))
        .contains(Instant.parse("2026-05-04T12:00:00Z"));
  }
}
