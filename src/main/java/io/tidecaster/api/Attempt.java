package io.tidecaster.api;

import java.util.Optional;

/**
 * What a request does, in the terms of Kubernetes' RBAC and always in the group {@code
 * tidecaster.io}.
 *
 * @param verb {@code get}, {@code list}, {@code create}, {@code update} or {@code delete}
 * @param resource in the plural, {@code predictivescalers}
 * @param namespace empty where it is about all of them
 */
public record Attempt(
    String verb, String resource, Optional<String> namespace, Optional<String> name) {
  /** The resources of this name are those of the cluster. */
  public static final String SCALERS = "predictivescalers";

  /** The installation's mode; there is no such object, only the right to it. */
  public static final String INSTALLATION_MODES = "installationmodes";

  public static final String GROUP = "tidecaster.io";

  /** Whether nothing is changed by it. */
  public boolean isRead() {
    return verb.equals("get") || verb.equals("list");
  }

  @Override
  public String toString() {
    String of = resource + "." + GROUP + name.map(text -> " \"" + text + "\"").orElse("");
    return verb
        + " "
        + of
        + namespace.map(text -> " in namespace \"" + text + "\"").orElse(" in all namespaces");
  }
}
