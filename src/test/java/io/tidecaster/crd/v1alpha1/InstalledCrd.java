package io.tidecaster.crd.v1alpha1;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidecaster.e2e.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The chart's manifest, installed in a control plane as strictly as the API server can. */
public final class InstalledCrd {
  private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  private InstalledCrd() {}

  /** Installs it where it is not yet, and waits until it is served. */
  public static void in(KubernetesClient client) {
    try {
      client.raw(CRDS + "?fieldValidation=Strict", "POST", manifest());
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
    }
    Eventually.that(
        "the custom resource is served",
        Duration.ofSeconds(60),
        () -> client.raw("/apis/tidecaster.io/v1alpha1/predictivescalers") != null);
  }

  private static String manifest() {
    try {
      Object yaml =
          Serialization.unmarshal(
              Files.readString(
                  Path.of("charts/tidecaster/crds/predictivescalers.tidecaster.io.yaml")),
              Object.class);
      return Serialization.asJson(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
