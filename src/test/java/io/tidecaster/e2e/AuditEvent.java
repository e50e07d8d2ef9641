package io.tidecaster.e2e;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/** What a test wants of one line of the API server's audit log. */
@JsonIgnoreProperties(ignoreUnknown = true)
record AuditEvent(String verb, User user, @Nullable Target objectRef, Status responseStatus) {

  @JsonIgnoreProperties(ignoreUnknown = true)
  record User(String username) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Target(
      String resource,
      @Nullable String subresource,
      @Nullable String namespace,
      @Nullable String name) {
    @Override
    public String toString() {
      return (subresource == null ? resource : resource + "/" + subresource)
          + " "
          + (namespace == null ? "" : namespace + "/")
          + (name == null ? "" : name);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Status(int code) {}

  @Override
  public String toString() {
    return verb + " " + objectRef + " " + responseStatus.code();
  }
}
