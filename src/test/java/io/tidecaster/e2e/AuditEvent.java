package io.tidecaster.e2e;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a test wants of one line of the API server's audit log. */
@JsonIgnoreProperties(ignoreUnknown = true)
record AuditEvent(
    String verb,
    User user,
    @Nullable Target objectRef,
    Status responseStatus,
    String requestReceivedTimestamp) {

  @JsonIgnoreProperties(ignoreUnknown = true)
  record User(String username) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Target(
      String resource,
      @Nullable String subresource,
      @Nullable String namespace,
      @Nullable String name) {
    String kind() {
      return subresource == null ? resource : resource + "/" + subresource;
    }

    @Override
    public String toString() {
      return kind() + " " + (namespace == null ? "" : namespace + "/") + (name == null ? "" : name);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Status(int code) {}

  /** When the API server got it. */
  Instant at() {
    return Instant.parse(requestReceivedTimestamp);
  }

  /** Verb and resource: {@code "update deployments/scale"}. */
  String what() {
    return verb + " " + (objectRef == null ? "" : objectRef.kind());
  }

  @Override
  public String toString() {
    return verb + " " + objectRef + " " + responseStatus.code();
  }
}
