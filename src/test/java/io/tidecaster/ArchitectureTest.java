package io.tidecaster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may use whom; the table of docs/architecture.md, enforced. */
class ArchitectureTest {
  private static final String ROOT = "io.tidecaster";

  /** Each package with the packages of ours that it may use, besides itself. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("workload", Set.of()),
          Map.entry("history", Set.of("workload")),
          Map.entry("calendar", Set.of("workload")),
          Map.entry("forecast", Set.of("history", "calendar", "workload", "forecast.smile")),
          Map.entry("forecast.smile", Set.of("forecast", "history", "calendar", "workload")),
          Map.entry("decide", Set.of("forecast", "history", "workload")),
          Map.entry("pace", Set.of("workload")),
          Map.entry("size", Set.of()),
          Map.entry("usage", Set.of("calendar", "forecast", "size", "workload")),
          Map.entry("optimise", Set.of("decide", "forecast", "size", "workload")),
          Map.entry(
              "sim",
              Set.of(
                  "optimise",
                  "usage",
                  "size",
                  "decide",
                  "forecast",
                  "forecast.smile",
                  "calendar",
                  "history",
                  "workload")),
          Map.entry("ingest", Set.of("history", "workload")),
          Map.entry(
              "journal",
              Set.of("calendar", "decide", "forecast", "history", "pace", "size", "workload")),
          Map.entry("crd.v1alpha1", Set.of("workload", "calendar", "decide")),
          Map.entry("balance", Set.of("pace", "workload")),
          Map.entry("feed", Set.of("calendar", "workload")),
          Map.entry("act", Set.of("balance", "decide", "size", "crd.v1alpha1", "workload")),
          Map.entry(
              "api",
              Set.of("calendar", "decide", "forecast", "history", "sim", "size", "workload")),
          Map.entry("ops", Set.of("decide", "forecast", "history", "size", "workload")),
          Map.entry(
              "backtest",
              Set.of(
                  "sim",
                  "usage",
                  "size",
                  "decide",
                  "forecast",
                  "forecast.smile",
                  "calendar",
                  "history",
                  "workload",
                  "crd.v1alpha1",
                  "ingest",
                  "journal")),
          Map.entry("demo", Set.of("sim", "act", "decide", "history", "workload", "crd.v1alpha1")));

  private static final List<String> CORE =
      List.of(
          "workload",
          "history",
          "calendar",
          "forecast",
          "forecast.smile",
          "decide",
          "size",
          "pace",
          "usage",
          "optimise",
          "sim");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void everyPackageStandsInTheTable() {
    Set<String> packages =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.equals(ROOT))
            .map(name -> name.substring(ROOT.length() + 1))
            .collect(Collectors.toSet());

    assertThat(packages).isEqualTo(MAY_USE.keySet());
  }

  @TestFactory
  Stream<DynamicTest> packagesUseOnlyWhatTheyMay() {
    return MAY_USE.entrySet().stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.getKey(),
                () ->
                    noClasses()
                        .that()
                        .resideInAPackage(ROOT + "." + row.getKey())
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(forbiddenFor(row.getKey()))
                        .check(CLASSES)));
  }

  @Test
  void theCoreKnowsNoFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(names(CORE))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..",
            "io.smallrye..",
            "org.apache.kafka..",
            "io.fabric8..",
            "com.fasterxml..",
            "jakarta..",
            "io.vertx..",
            "io.micrometer..",
            "org.eclipse.microprofile..")
        .check(CLASSES);
  }

  @Test
  void onePackageAloneImportsSmile() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".forecast.smile")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("smile..")
        .check(CLASSES);
  }

  @Test
  void onePackageAloneImportsTheHolidays() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".calendar")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("de.focus_shift..")
        .check(CLASSES);
  }

  @Test
  void onePackageAloneImportsICalendar() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".feed")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("net.fortuna..")
        .check(CLASSES);
  }

  @Test
  void theCoreNeverAsksForTheTimeOrForChance() {
    noClasses()
        .that()
        .resideInAnyPackage(names(CORE))
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(java.util.Random.class)
        .check(CLASSES);
  }

  private static String[] forbiddenFor(String name) {
    return Stream.concat(
            Stream.of(ROOT),
            MAY_USE.keySet().stream()
                .filter(other ->
                    !other.equals(name) && !MAY_USE.getOrDefault(name, Set.of()).contains(other))
                .map(other -> ROOT + "." + other))
        .toArray(String[]::new);
  }

  private static String[] names(List<String> packages) {
    return packages.stream().map(name -> ROOT + "." + name).toArray(String[]::new);
  }
}
