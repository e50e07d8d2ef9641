package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidecaster.act.KubernetesRequests;
import io.tidecaster.api.Attempt;
import io.tidecaster.api.Verdict;
import io.tidecaster.e2e.ControlPlane;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against real tokens and real RBAC. */
class KubernetesGatekeeperE2E {
  private static final String NAMESPACE = "gate";
  private static final Attempt SWITCH = attempt("update", NAMESPACE);

  private static ControlPlane controlPlane;
  private static KubernetesGatekeeper gatekeeper;

  @BeforeAll
  static void createPeople() {
    controlPlane = ControlPlane.shared();
    KubernetesClient client = controlPlane.client();
    client
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: gate}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: editor, namespace: gate}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: nobody, namespace: gate}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: editor, namespace: gate}
                rules:
                  - {apiGroups: [tidecaster.io], resources: [predictivescalers], verbs: [get, update]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: editor, namespace: gate}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: editor}
                subjects: [{kind: ServiceAccount, name: editor, namespace: gate}]
                """
                    .getBytes(StandardCharsets.UTF_8)))
        .serverSideApply();
    gatekeeper = gatekeeper(client);
  }

  private static KubernetesGatekeeper gatekeeper(KubernetesClient by) {
    return new KubernetesGatekeeper(
        new KubernetesRequests(by, Duration.ofSeconds(3)),
        new KubernetesGatekeeper.Limits(Duration.ofSeconds(10), 100, 8),
        InstantSource.system());
  }

  @Test
  void knowsWhoHoldsATokenAndWhatTheyMay() {
    Optional<String> token = Optional.of(controlPlane.tokenFor(NAMESPACE, "editor"));

    assertThat(judge(token, SWITCH))
        .isEqualTo(new Verdict.Allowed("system:serviceaccount:gate:editor"));
    assertThat(judge(token, attempt("update", "default")))
        .isEqualTo(
            new Verdict.Forbidden(
                "system:serviceaccount:gate:editor",
                "system:serviceaccount:gate:editor may not update predictivescalers.tidecaster.io"
                    + " \"web\" in namespace \"default\"; ask for a role that has it"));
    assertThat(judge(Optional.of(controlPlane.tokenFor(NAMESPACE, "nobody")), SWITCH))
        .isInstanceOf(Verdict.Forbidden.class);
  }

  @Test
  void knowsNobodyWithoutATokenOrWithAForgedOne() {
    assertThat(judge(Optional.empty(), SWITCH)).isInstanceOf(Verdict.Unauthenticated.class);
    assertThat(judge(Optional.of("forged"), SWITCH)).isInstanceOf(Verdict.Unauthenticated.class);
  }

  @Test
  void asksTheApiServerOnceForWhatItWasToldAMomentAgo() {
    Optional<String> token = Optional.of(controlPlane.tokenFor(NAMESPACE, "editor"));
    List<String> before = reviews();
    judge(token, SWITCH);
    judge(token, SWITCH);

    // one TokenReview, one SubjectAccessReview
    assertThat(reviews()).hasSize(before.size() + 2);
  }

  private static List<String> reviews() {
    return controlPlane.writesBy("admin").stream()
        .filter(write -> write.contains("reviews"))
        .toList();
  }

  @Test
  void isNeverOpenWhileTheApiServerCannotBeAsked() {
    try (KubernetesGatekeeper mute = gatekeeper(controlPlane.clientFor(NAMESPACE, "nobody"))) {
      assertThat(judge(mute, Optional.of(controlPlane.tokenFor(NAMESPACE, "editor")), SWITCH))
          .isInstanceOfSatisfying(
              Verdict.Unavailable.class,
              verdict -> assertThat(verdict.detail()).contains("bind system:auth-delegator"));
    }
  }

  private static Verdict judge(Optional<String> token, Attempt attempt) {
    return judge(gatekeeper, token, attempt);
  }

  private static Verdict judge(KubernetesGatekeeper by, Optional<String> token, Attempt attempt) {
    return by.judge(token, attempt).await().atMost(Duration.ofSeconds(20));
  }

  private static Attempt attempt(String verb, String namespace) {
    return new Attempt(verb, Attempt.SCALERS, Optional.of(namespace), Optional.of("web"));
  }
}
