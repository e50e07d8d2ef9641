package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.act.Actuator;
import io.tidecaster.act.Announcer;
import io.tidecaster.act.Boost;
import io.tidecaster.act.ContainerSizer;
import io.tidecaster.act.Observation;
import io.tidecaster.act.ReplicaScaler;
import io.tidecaster.act.Report;
import io.tidecaster.act.ResizeResult;
import io.tidecaster.act.ScaleResult;
import io.tidecaster.act.SizeObservation;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Fleet;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.history.AssemblyRules;
import io.tidecaster.history.LoadHistory;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.history.SignalTypes;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.WantedSize;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.StartupBoost;
import io.tidecaster.workload.TargetRef;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BoostCheckTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final Source SOURCE =
      new Source(
          new SeriesSelector("requests_total", SeriesSelector.Type.COUNTER, Map.of()),
          Optional.empty());

  /** Twice the CPU until a pod has been ready for 30 s. */
  private static final Scaler WEB =
      new Scaler(
              new ScalerId("crm", "web"),
              new TargetRef("apps/v1", "Deployment", "web"),
              Mode.ENFORCING,
              new Bounds(1, 10),
              SOURCE,
              Optional.of(SOURCE),
              new Objective.RequestsPerReplica(100),
              new Objective.RequestsPerReplica(100),
              0.95,
              new LeadTime.Fixed(Duration.ofMinutes(3)),
              Behavior.DEFAULT)
          .withVertical(
              new Vertical("web", 100, 4000, Vertical.Values.REQUESTS_AND_LIMITS, 0.8, 6)
                  .with(
                      new StartupBoost(
                          2, OptionalLong.empty(), Duration.ofSeconds(30), Duration.ofMinutes(5))));

  private final List<String> asked = new ArrayList<>();
  private final List<ResizeResult> told = new ArrayList<>();
  private SizeObservation pods = pods(SizeObservation.Age.STARTING);
  private final BoostCheck check = check(new Pods());

  private final class Pods implements ContainerSizer {
    @Override
    public SizeObservation observe(Scaler scaler) {
      asked.add("seen");
      return pods;
    }

    @Override
    public ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
      throw new AssertionError("pods that bear load are left to the decisions");
    }

    @Override
    public ResizeResult rollOut(
        Scaler scaler, SizeObservation.Seen seen, Map<String, WantedSize> wanted, Instant at) {
      throw new AssertionError("a boost is no rollout");
    }

    @Override
    public ResizeResult boost(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
      asked.add(wanted.first().toString());
      return seen.isStarting()
          ? new ResizeResult.Boosted(
              1, 2 * wanted.first().cpuMillis(), 0, wanted.first().cpuMillis())
          : new ResizeResult.Boosted(0, 0, 1, wanted.first().cpuMillis());
    }
  }

  private BoostCheck check(ContainerSizer sizer) {
    ReplicaScaler left =
        new ReplicaScaler() {
          @Override
          public Observation observe(Scaler scaler) {
            throw new AssertionError("replicas are not asked for");
          }

          @Override
          public ScaleResult scale(Scaler scaler, Fleet decidedOn, int replicas) {
            throw new AssertionError("replicas are not scaled");
          }
        };
    Announcer announcer =
        new Announcer() {
          @Override
          public void announce(Report report) {
            throw new AssertionError("nothing was decided");
          }

          @Override
          public void announce(Boost boost) {
            told.add(boost.result());
          }
        };
    return new BoostCheck(
        sizer,
        new Actuator(
            left, sizer, _ -> Optional.empty(), List.of(announcer), new SimpleMeterRegistry()),
        Duration.ofSeconds(5));
  }

  private static SizeObservation pods(SizeObservation.Age age) {
    return new SizeObservation.Seen(
        List.of(
            new SizeObservation.Pod(
                "web-0",
                500,
                OptionalLong.empty(),
                500,
                false,
                Optional.empty(),
                new SizeObservation.Memory(
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    MemoryInputs.Change.NONE,
                    Optional.empty(),
                    Optional.empty()),
                age)));
  }

  private static ScalerLine line() {
    return new ScalerLine(
        WEB,
        new MinuteAssembler(SignalTypes.of(WEB), AssemblyRules.DEFAULT),
        new LoadHistory(),
        Calendar.EMPTY,
        List.of(),
        Optional.empty());
  }

  /** Decides on a minute in which the replica starts, or not. */
  private static SizeDecision decide(ScalerLine line, boolean starting) {
    line.remember(
        List.of(new LoadPoint(NINE, OptionalDouble.of(50), OptionalDouble.empty(), 1, 0)));
    Decided decided =
        line.decide(
            new Decider(Decider.Settings.DEFAULT),
            Mode.ENFORCING,
            NINE.plusSeconds(60),
            Optional.of(new Fleet(1, 1, OptionalDouble.empty(), "1")),
            new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "none"));
    return line.size(
            decided,
            new ContainerLine.SeenSize(
                500, 500, Optional.empty(), !starting, starting, Optional.empty()))
        .orElseThrow();
  }

  @Test
  void looksAgainEveryFiveSecondsWhileReplicasStart() {
    ScalerLine line = line();
    decide(line, true);

    for (int second = 0; second < 12; second++) {
      check.look(line, Mode.ENFORCING, NINE.plusSeconds(70 + second));
    }

    // at 70, 75 and 80 s
    assertThat(asked).containsExactly("seen", "500m CPU", "seen", "500m CPU", "seen", "500m CPU");
    assertThat(told).hasSize(3).containsOnly(new ResizeResult.Boosted(1, 1000, 0, 500));
  }

  @Test
  void asksNobodyWhileNoReplicaStarts() {
    ScalerLine line = line();
    decide(line, false);

    check.look(line, Mode.ENFORCING, NINE.plusSeconds(70));

    assertThat(asked).isEmpty();
  }

  @Test
  void asksNobodyInAdvisoryAndBoostsAtOnceWhenEnforced() {
    ScalerLine line = line();
    decide(line, true);

    check.look(line, Mode.ADVISORY, NINE.plusSeconds(70));
    check.look(line, Mode.PAUSED, NINE.plusSeconds(71));
    assertThat(asked).isEmpty();
    check.look(line, Mode.ENFORCING, NINE.plusSeconds(72));

    assertThat(asked).containsExactly("seen", "500m CPU");
  }

  @Test
  void podsThatCannotBeSeenAreLookedForAgain() {
    ScalerLine line = line();
    decide(line, true);
    pods = new SizeObservation.Unseen("ApiServerUnreachable", "no answer");

    check.look(line, Mode.ENFORCING, NINE.plusSeconds(70));
    check.look(line, Mode.ENFORCING, NINE.plusSeconds(74));
    pods = pods(SizeObservation.Age.STARTING);
    check.look(line, Mode.ENFORCING, NINE.plusSeconds(75));

    assertThat(asked).containsExactly("seen", "seen", "500m CPU");
  }

  @Test
  void aLineThatTookOverLooksAfterStartsBeforeItsFirstDecision() {
    SizeDecision last = decide(line(), true);
    ScalerLine other = line();
    pods = pods(SizeObservation.Age.NEW);

    check.look(other, Mode.ENFORCING, NINE.plusSeconds(70));
    assertThat(asked).as("without a decision there is no size").isEmpty();
    other.resumeAt(last);
    check.look(other, Mode.ENFORCING, NINE.plusSeconds(70));

    assertThat(asked).containsExactly("seen", "500m CPU");
    assertThat(told).containsExactly(new ResizeResult.Boosted(0, 0, 1, 500));
  }
}
