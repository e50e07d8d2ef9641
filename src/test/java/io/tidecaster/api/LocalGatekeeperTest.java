package io.tidecaster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalGatekeeperTest {
  private static final Attempt READ =
      new Attempt("list", Attempt.SCALERS, Optional.empty(), Optional.empty());
  private static final Attempt CHANGE =
      new Attempt("update", Attempt.INSTALLATION_MODES, Optional.empty(), Optional.empty());

  private final String token = LocalGatekeeper.newToken();
  private final Gatekeeper gatekeeper = new LocalGatekeeper(token);

  @Test
  void everybodyReadsAndTheTokenChanges() {
    assertThat(judge(Optional.empty(), READ)).isEqualTo(new Verdict.Allowed("anonymous"));
    assertThat(judge(Optional.of(token), CHANGE)).isEqualTo(new Verdict.Allowed("local"));
  }

  @Test
  void nobodyChangesWithoutTheTokenOrWithAnother() {
    assertThat(judge(Optional.empty(), CHANGE)).isInstanceOf(Verdict.Unauthenticated.class);
    assertThat(judge(Optional.of(LocalGatekeeper.newToken()), CHANGE))
        .isInstanceOf(Verdict.Unauthenticated.class);
  }

  @Test
  void noTwoTokensAreTheSameAndAShortOneIsRefused() {
    assertThat(LocalGatekeeper.newToken()).isNotEqualTo(token).hasSize(24);
    assertThatThrownBy(() -> new LocalGatekeeper("swordfish"))
        .hasMessage("tidecaster.api.access.token has 9 characters; give at least 16");
  }

  private Verdict judge(Optional<String> given, Attempt attempt) {
    return gatekeeper.judge(given, attempt).await().indefinitely();
  }
}
