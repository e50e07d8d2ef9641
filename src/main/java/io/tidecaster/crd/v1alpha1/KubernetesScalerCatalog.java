package io.tidecaster.crd.v1alpha1;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerCatalog;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.ScalerRoster;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The {@code PredictiveScaler}s of a cluster. It keeps trying, with a growing pause of up to 32
 * seconds, while the API server or the resource's definition is away, and offers what it last knew
 * meanwhile. A resource that cannot be followed is not offered, is told to who asks, and touches no
 * other: resources are read as plain documents, so that not even one of a foreign shape ends the
 * watch.
 */
public final class KubernetesScalerCatalog
    implements ScalerCatalog, Instance.Lookup, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(KubernetesScalerCatalog.class);

  /** What the API is asked for: the resource, as a plain document. */
  public static final ResourceDefinitionContext RESOURCE =
      new ResourceDefinitionContext.Builder()
          .withGroup(ResourceReader.GROUP)
          .withVersion(ResourceReader.VERSION)
          .withKind(ResourceReader.KIND)
          .withPlural(ResourceReader.PLURAL)
          .withNamespaced(true)
          .build();

  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final ScalerRoster roster = new ScalerRoster();
  private final Map<ScalerId, Instance> instances = new ConcurrentHashMap<>();
  private final Map<ScalerId, Reading.Rejected> rejections = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<RejectionListener> rejectionListeners =
      new CopyOnWriteArrayList<>();
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private volatile String complaint = "";

  /** Hears of resources that cannot be followed; must return at once. */
  @FunctionalInterface
  public interface RejectionListener {
    void rejected(ScalerId id, Reading.Rejected reading);
  }

  /**
   * A catalog that is empty until it is {@link #start started}.
   *
   * @param namespace the only namespace to look at; empty for all
   */
  public KubernetesScalerCatalog(KubernetesClient client, Optional<String> namespace) {
    var resources = client.genericKubernetesResources(RESOURCE);
    this.informer =
        namespace.isPresent()
            ? resources.inNamespace(namespace.get()).runnableInformer(0)
            : resources.inAnyNamespace().runnableInformer(0);
    this.informer.addEventHandler(new Handler());
    this.informer.exceptionHandler((started, thrown) -> complain(thrown));
  }

  /** Starts to look, and returns at once. */
  public void start() {
    informer
        .start()
        .whenComplete((done, thrown) -> {
          if (thrown == null) {
            complaint = "";
            LOG.infof("%d scalers, %d rejected", roster.scalers().size(), rejections.size());
          }
        });
  }

  /** Whether the resources there are have been read once; until then the catalog is not whole. */
  public boolean hasSynced() {
    return informer.hasSynced();
  }

  /** Whether changes are being heard of at this moment. */
  public boolean isWatching() {
    return informer.isWatching();
  }

  /** The resources that cannot be followed, and why. */
  public Map<ScalerId, Reading.Rejected> rejections() {
    return Map.copyOf(rejections);
  }

  /** Tells the listener of each rejection from now on, and of those there are. */
  public Subscription onRejection(RejectionListener listener) {
    rejectionListeners.add(listener);
    rejections.forEach(listener::rejected);
    return () -> rejectionListeners.remove(listener);
  }

  @Override
  public Optional<Instance> instance(ScalerId id) {
    return Optional.ofNullable(instances.get(id));
  }

  /** The resources that were deleted, and wait for their finalizers. */
  public Collection<Instance> leaving() {
    return instances.values().stream().filter(Instance::isLeaving).toList();
  }

  @Override
  public Collection<Scaler> scalers() {
    return roster.scalers();
  }

  @Override
  public Optional<Scaler> find(ScalerId id) {
    return roster.find(id);
  }

  @Override
  public Subscription onChange(Listener listener) {
    return roster.onChange(listener);
  }

  @Override
  public void close() {
    informer.stop();
  }

  private void praise() {
    if (!complaint.isEmpty()) {
      complaint = "";
      LOG.infof("%s are read again", ResourceReader.PLURAL);
    }
  }

  private boolean complain(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null && !(root instanceof KubernetesClientException)) {
      root = root.getCause();
    }
    String now =
        root instanceof KubernetesClientException refused && refused.getCode() == 404
            ? "the API server has no %s of %s; install the chart's crds/"
                .formatted(ResourceReader.PLURAL, ResourceReader.API_VERSION)
            : "%s cannot be read: %s".formatted(ResourceReader.PLURAL, root.getMessage());
    if (!now.equals(complaint)) {
      complaint = now;
      LOG.warnf("%s; trying again, with a pause of up to 32 s", now);
    }
    return true;
  }

  private final class Handler implements ResourceEventHandler<GenericKubernetesResource> {
    @Override
    public void onAdd(GenericKubernetesResource added) {
      take(added, null);
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource now) {
      take(now, before);
    }

    @Override
    public void onDelete(GenericKubernetesResource deleted, boolean finalStateUnknown) {
      praise();
      var id = idOf(deleted);
      instances.remove(id);
      rejections.remove(id);
      roster.remove(id);
    }
  }

  private void take(
      GenericKubernetesResource resource, @Nullable GenericKubernetesResource before) {
    praise();
    var id = idOf(resource);
    instances.put(id, instanceOf(id, resource));
    if (isLeaving(resource)) {
      rejections.remove(id);
      roster.remove(id);
      return;
    }
    if (before != null && sameSpec(before, resource)) {
      return; // a status was written, ours most often
    }
    switch (ResourceReader.read(MAPPER.valueToTree(resource))) {
      case Reading.Accepted(Scaler scaler) -> {
        rejections.remove(id);
        roster.put(scaler);
      }
      case Reading.Rejected rejected -> {
        rejections.put(id, rejected);
        roster.remove(id);
        LOG.warnf("%s is not followed: %s", id, rejected.sentence());
        rejectionListeners.forEach(listener -> listener.rejected(id, rejected));
      }
    }
  }

  private static boolean sameSpec(GenericKubernetesResource before, GenericKubernetesResource now) {
    return before.getMetadata().getUid().equals(now.getMetadata().getUid())
        && before.getMetadata().getGeneration().equals(now.getMetadata().getGeneration());
  }

  private static ScalerId idOf(GenericKubernetesResource resource) {
    return new ScalerId(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
  }

  private static Instance instanceOf(ScalerId id, GenericKubernetesResource resource) {
    var metadata = resource.getMetadata();
    return new Instance(
        id,
        metadata.getUid(),
        Optional.ofNullable(metadata.getGeneration()).orElse(0L),
        status(MAPPER.valueToTree(resource.getAdditionalProperties().get("status"))),
        isLeaving(resource),
        metadata.getFinalizers());
  }

  private static boolean isLeaving(GenericKubernetesResource resource) {
    return resource.getMetadata().getDeletionTimestamp() != null;
  }

  /** The status where it has our shape; another's is no loss, for ours is written over it. */
  private static Optional<PredictiveScalerStatus> status(@Nullable JsonNode status) {
    try {
      return status == null || !status.path("conditions").isArray()
          ? Optional.empty()
          : Optional.of(MAPPER.convertValue(status, PredictiveScalerStatus.class));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
