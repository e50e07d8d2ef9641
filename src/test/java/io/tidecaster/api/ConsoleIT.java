package io.tidecaster.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page is served whole, from here alone, and may do nothing else. */
@QuarkusTest
@TestProfile(FakesProfile.class)
class ConsoleIT {

  private static String page() {
    Response response = given().get("/");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.contentType()).startsWith("text/html");
    return response.asString();
  }

  @Test
  void everythingThePageNeedsIsServed() {
    Matcher links = Pattern.compile("(?:src|href)=\"([^\"#]+)\"").matcher(page());
    int found = 0;
    while (links.find()) {
      String link = links.group(1);
      assertThat(link).doesNotContain("//");
      assertThat(given().get("/" + link.replaceFirst("^/", "")).statusCode())
          .as(link)
          .isEqualTo(200);
      found++;
    }
    assertThat(found).isGreaterThanOrEqualTo(3);
  }

  @Test
  void hasNoInlineScriptOrStyle() {
    assertThat(page())
        .doesNotContainPattern("<script(?![^>]*\\ssrc=)")
        .doesNotContainPattern("\\son\\w+=")
        .doesNotContain("<style")
        .doesNotContain(" style=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/v1/scalers", "/api/v1/nothing"})
  void browsersMayLoadFromHereAlone(String path) {
    Response response = given().get(path);

    assertThat(response.header("Content-Security-Policy"))
        .isEqualTo(SecurityHeaders.CONTENT_SECURITY_POLICY)
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
    assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(response.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(response.header("X-Frame-Options")).isEqualTo("DENY");
  }

  @Test
  void thePageIsAskedForAnewEachTime() {
    assertThat(given().get("/").header("Cache-Control")).isEqualTo("no-cache");
  }
}
