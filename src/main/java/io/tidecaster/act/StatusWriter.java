package io.tidecaster.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidecaster.crd.v1alpha1.Instance;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus;
import io.tidecaster.crd.v1alpha1.ResourceReader;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Writes the status of the resource by server-side apply, from threads of its own and only when a
 * figure, a reason or the generation has changed, or the status is ten minutes old. Of several
 * reports that wait the last is written: a decision a minute is one write a minute at most, and
 * where nothing changes 0.1.
 */
public final class StatusWriter implements Announcer, AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The forecast, the capacity and the sentence that a status shows are no older than this. */
  private static final Duration REFRESHED_AFTER = Duration.ofMinutes(10);

  private final KubernetesRequests requests;
  private final Instance.Lookup instances;
  private final InstantSource clock;
  private final MeterRegistry meters;
  private final Respite respite;
  private final Outbox<ScalerId, Report> outbox;

  public StatusWriter(
      KubernetesClient client,
      KubernetesLimits limits,
      Instance.Lookup instances,
      InstantSource clock,
      MeterRegistry meters) {
    this.requests = new KubernetesRequests(client, limits.requestTimeout());
    this.instances = instances;
    this.clock = clock;
    this.meters = meters;
    this.respite = new Respite("statuses", limits.forbiddenRespite(), clock);
    this.outbox =
        new Outbox<>("status-writer", limits.queue(), limits.writers(), Report::id, this::write);
  }

  @Override
  public void announce(Report report) {
    if (!outbox.put(report.id(), report)) {
      count("dropped");
    }
  }

  private void write(Report report) {
    if (respite.lasts()) {
      return;
    }
    instances.instance(report.id()).ifPresent(instance -> write(report, instance));
  }

  private void write(Report report, Instance instance) {
    var status = Conditions.status(report, instance.generation(), instance.status());
    if (instance
        .status()
        .filter(status::saysTheSameAs)
        .filter(earlier -> !status.isYoungerBy(REFRESHED_AFTER, earlier))
        .isPresent()) {
      return;
    }
    try {
      apply(instance, status.after(instance.status(), clock.instant()));
      respite.written();
      count("written");
    } catch (KubernetesClientException e) {
      if (e.getCode() == 404 || e.getCode() == 409) {
        count("gone"); // the resource, or this one of its name
      } else {
        respite.refused(e);
        count("refused");
      }
    }
  }

  private void apply(Instance instance, PredictiveScalerStatus status) {
    ObjectNode resource = MAPPER.createObjectNode();
    resource.put("apiVersion", ResourceReader.API_VERSION).put("kind", ResourceReader.KIND);
    resource
        .putObject("metadata")
        .put("namespace", instance.id().namespace())
        .put("name", instance.id().name())
        .put("uid", instance.uid());
    resource.set("status", MAPPER.valueToTree(status));
    requests.send(
        KubernetesRequests.Method.APPLY,
        "%s/namespaces/%s/%s/%s/status?fieldManager=%s&force=true"
            .formatted(
                KubernetesRequests.root(ResourceReader.API_VERSION),
                instance.id().namespace(),
                ResourceReader.PLURAL,
                instance.id().name(),
                KubernetesRequests.FIELD_MANAGER),
        resource);
  }

  private void count(String result) {
    meters.counter("tidecaster.status.writes", "result", result).increment();
  }

  @Override
  public void close() {
    outbox.close();
  }
}
