package io.tidecaster.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScalerRosterTest {
  private static final Scaler A = scaler("a", 5);
  private static final Scaler A_LARGER = scaler("a", 9);
  private static final Scaler B = scaler("b", 5);

  private final List<String> told = new ArrayList<>();

  @Test
  void ordersScalersById() {
    assertThat(ScalerRoster.of(List.of(B, A)).scalers()).containsExactly(A, B);
  }

  @Test
  void findsByIdOnly() {
    var roster = ScalerRoster.of(List.of(A));

    assertThat(roster.find(A.id())).contains(A);
    assertThat(roster.find(B.id())).isEmpty();
  }

  @Test
  void tellsWhatAppearsChangesAndGoes() {
    var roster = listenedTo();
    roster.put(A);
    roster.put(A_LARGER);
    roster.remove(A.id());

    assertThat(told).containsExactly("crm/a max 5", "crm/a max 9", "crm/a gone");
  }

  @Test
  void tellsNothingWhereNothingChanges() {
    var roster = listenedTo();
    roster.put(A);
    roster.put(scaler("a", 5));
    roster.remove(B.id());

    assertThat(told).containsExactly("crm/a max 5");
  }

  @Test
  void replacingTellsOnlyTheDifference() {
    var roster = listenedTo();
    roster.replaceAll(List.of(A, B));
    told.clear();
    roster.replaceAll(List.of(A_LARGER));

    assertThat(told).containsExactly("crm/b gone", "crm/a max 9");
    assertThat(roster.scalers()).containsExactly(A_LARGER);
  }

  @Test
  void tellsNothingAfterTheSubscriptionIsClosed() {
    var roster = new ScalerRoster();
    roster.onChange(this::note).close();
    roster.put(A);

    assertThat(told).isEmpty();
  }

  private ScalerRoster listenedTo() {
    var roster = new ScalerRoster();
    roster.onChange(this::note);
    return roster;
  }

  private void note(ScalerId id, Optional<Scaler> now) {
    told.add(id + now.map(scaler -> " max " + scaler.bounds().maxReplicas()).orElse(" gone"));
  }

  private static Scaler scaler(String name, int maxReplicas) {
    return new Scaler(
        new ScalerId("crm", name),
        new TargetRef("apps/v1", "Deployment", name),
        Mode.ADVISORY,
        new Bounds(1, maxReplicas),
        new Source(
            new SeriesSelector("requests_total", SeriesSelector.Type.COUNTER, Map.of()),
            Optional.empty()),
        Optional.empty(),
        new Objective.RequestsPerReplica(100),
        new Objective.RequestsPerReplica(100),
        0.95,
        new LeadTime.Learned(),
        Behavior.DEFAULT);
  }
}
