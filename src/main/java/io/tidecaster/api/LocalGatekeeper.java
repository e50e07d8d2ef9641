package io.tidecaster.api;

import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * Where there is no cluster that could be asked: everybody reads, and who has the one token
 * changes.
 */
public final class LocalGatekeeper implements Gatekeeper {
  /** What a token must have at least, so that guessing is hopeless. */
  static final int SHORTEST_TOKEN = 16;

  private static final String USER = "local";
  private static final int RANDOM_BYTES = 18;

  private final byte[] token;

  public LocalGatekeeper(String token) {
    requireLong(token);
    this.token = token.getBytes(StandardCharsets.UTF_8);
  }

  /** Refuses a token that might be guessed. */
  public static void requireLong(String token) {
    if (token.length() < SHORTEST_TOKEN) {
      throw new IllegalArgumentException(
          "tidecaster.api.access.token has %d characters; give at least %d"
              .formatted(token.length(), SHORTEST_TOKEN));
    }
  }

  /** A token that nobody knows yet. */
  public static String newToken() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  @Override
  public Uni<Verdict> judge(Optional<String> given, Attempt attempt) {
    return Uni.createFrom().item(verdict(given, attempt));
  }

  private Verdict verdict(Optional<String> given, Attempt attempt) {
    if (given.isEmpty()) {
      return attempt.isRead()
          ? new Verdict.Allowed("anonymous")
          : new Verdict.Unauthenticated(
              "changes need the token that was printed at the start; send it as Authorization:"
                  + " Bearer TOKEN");
    }
    return MessageDigest.isEqual(token, given.get().getBytes(StandardCharsets.UTF_8))
        ? new Verdict.Allowed(USER)
        : new Verdict.Unauthenticated(
            "the token is not the one that was printed at the start; copy that one");
  }
}
