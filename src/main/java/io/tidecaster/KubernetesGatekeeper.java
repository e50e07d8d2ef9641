package io.tidecaster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.smallrye.mutiny.Uni;
import io.tidecaster.act.KubernetesRequests;
import io.tidecaster.api.Attempt;
import io.tidecaster.api.Gatekeeper;
import io.tidecaster.api.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Asks the API server: a TokenReview says who it is, a SubjectAccessReview whether that one may. So
 * the rights to Tidecaster are those to its resources, given and taken with RBAC.
 *
 * <p>Only what the API server has said is remembered, and a token only as its hash. While it cannot
 * be asked nothing is allowed.
 */
final class KubernetesGatekeeper implements Gatekeeper, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(KubernetesGatekeeper.class);
  private static final String TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
  private static final String ACCESS_REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

  private final KubernetesRequests requests;
  private final ShortMemory<String, Optional<JsonNode>> users;
  private final ShortMemory<Question, Boolean> rights;
  private final Semaphore free;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile String complaint = "";

  /** May the holder of this token do this? */
  private record Question(String tokenHash, Attempt attempt) {}

  /**
   * Bounds.
   *
   * @param rememberFor for how long an answer of the API server holds
   * @param remembered most tokens, and most rights, that are remembered
   * @param atOnce most requests judged at once
   */
  record Limits(Duration rememberFor, int remembered, int atOnce) {
    Limits {
      if (rememberFor.isNegative() || rememberFor.compareTo(Duration.ofMinutes(5)) > 0) {
        throw new IllegalArgumentException(
            "tidecaster.api.access.remember-for %s must lie between 0s and 5m; a right that was taken away holds for so long"
                .formatted(rememberFor));
      }
      if (remembered < 1 || atOnce < 1) {
        throw new IllegalArgumentException(
            "tidecaster.api.access.remembered %d, at-once %d: give at least 1 of each"
                .formatted(remembered, atOnce));
      }
    }
  }

  KubernetesGatekeeper(KubernetesRequests requests, Limits limits, InstantSource clock) {
    this.requests = requests;
    this.users = new ShortMemory<>(limits.rememberFor(), limits.remembered(), clock);
    this.rights = new ShortMemory<>(limits.rememberFor(), limits.remembered(), clock);
    this.free = new Semaphore(limits.atOnce());
  }

  @Override
  public Uni<Verdict> judge(Optional<String> token, Attempt attempt) {
    if (token.isEmpty()) {
      return Uni.createFrom()
          .item(
              new Verdict.Unauthenticated(
                  "send a token of yours as Authorization: Bearer TOKEN; kubectl create token makes"
                      + " one of a service account"));
    }
    return Uni.createFrom().item(() -> judge(token.get(), attempt)).runSubscriptionOn(threads);
  }

  private Verdict judge(String token, Attempt attempt) {
    if (!free.tryAcquire()) {
      return new Verdict.Unavailable(
          "as many requests are being judged as tidecaster.api.access.at-once allows; try again");
    }
    try {
      String hash = hash(token);
      Optional<JsonNode> user = users.get(hash, () -> review(token));
      if (user.isEmpty()) {
        return new Verdict.Unauthenticated(
            "the API server does not know this token, or no longer; send a fresh one");
      }
      boolean may = rights.get(new Question(hash, attempt), () -> review(user.get(), attempt));
      complaint = "";
      String name = user.get().path("username").asText();
      return may
          ? new Verdict.Allowed(name)
          : new Verdict.Forbidden(
              name, "%s may not %s; ask for a role that has it".formatted(name, attempt));
    } catch (KubernetesClientException e) {
      return unavailable(e);
    } finally {
      free.release();
    }
  }

  private Verdict unavailable(KubernetesClientException e) {
    String detail =
        e.getCode() == 403
            ? "Tidecaster may not ask the API server who you are; bind system:auth-delegator to its service account: "
                + e.getMessage()
            : "the API server cannot be asked who you are: " + e.getMessage();
    if (!detail.equals(complaint)) {
      complaint = detail;
      LOG.warnf("requests to the REST interface are refused: %s", detail);
    }
    return new Verdict.Unavailable(detail);
  }

  /** Who holds the token; empty where it is no token. */
  private Optional<JsonNode> review(String token) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenReview");
    review.putObject("spec").put("token", token);
    JsonNode status =
        requests.send(KubernetesRequests.Method.CREATE, TOKEN_REVIEWS, review).path("status");
    return status.path("authenticated").asBoolean()
        ? Optional.of(status.path("user"))
        : Optional.empty();
  }

  private boolean review(JsonNode user, Attempt attempt) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SubjectAccessReview");
    ObjectNode spec = review.putObject("spec");
    spec.put("user", user.path("username").asText()).put("uid", user.path("uid").asText());
    spec.set("groups", user.path("groups").deepCopy());
    if (user.has("extra")) {
      spec.set("extra", user.path("extra").deepCopy());
    }
    ObjectNode attributes = spec.putObject("resourceAttributes");
    attributes
        .put("group", Attempt.GROUP)
        .put("resource", attempt.resource())
        .put("verb", attempt.verb());
    attempt.namespace().ifPresent(namespace -> attributes.put("namespace", namespace));
    attempt.name().ifPresent(name -> attributes.put("name", name));
    JsonNode status =
        requests.send(KubernetesRequests.Method.CREATE, ACCESS_REVIEWS, review).path("status");
    return status.path("allowed").asBoolean() && !status.path("denied").asBoolean();
  }

  private static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
