package io.tidecaster.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tidecaster.ops.Build;
import io.tidecaster.ops.Readiness;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Liveness and readiness as a kubelet asks for them. */
@QuarkusTest
@TestProfile(FakesProfile.class)
class HealthIT {
  private static final Readiness.Condition KAFKA =
      new Readiness.Condition("KafkaReachable", true, "1 broker");

  @Inject FakeReadiness readiness;

  @AfterEach
  void makeReady() {
    readiness.set(KAFKA);
  }

  @Test
  void isReadyOnceAllConditionsAreMet() {
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body(
            "checks.find { it.name == 'tidecaster' }.data.KafkaReachable",
            equalTo("met: 1 broker"));
  }

  @Test
  void isNotReadyAndSaysWhyWhileOneIsNotMet() {
    readiness.set(
        KAFKA, new Readiness.Condition("StateRebuilt", false, "partition 3: 1200 of 50400 points"));

    given()
        .get("/q/health/ready")
        .then()
        .statusCode(503)
        .body(
            "checks.find { it.name == 'tidecaster' }.data.StateRebuilt",
            equalTo("not met: partition 3: 1200 of 50400 points"));
  }

  @Test
  void livesWhileItIsNotReady() {
    readiness.set(new Readiness.Condition("KafkaReachable", false, "no broker at kafka:9092"));

    given().get("/q/health/live").then().statusCode(200).body("checks.name", hasItem("tidecaster"));
  }

  @Test
  void saysWhichVersionAndCommitItIs() {
    given()
        .get("/q/info")
        .then()
        .statusCode(200)
        .body("name", equalTo("tidecaster"))
        .body("version", equalTo(Build.current().version()))
        .body("commit", matchesPattern("[0-9a-f]{40}|unknown"))
        .body("runtime", equalTo("jvm"));
    given()
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("tidecaster_build_info{commit=\"" + Build.current().commit()));
  }
}
