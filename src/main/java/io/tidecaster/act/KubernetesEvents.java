package io.tidecaster.act;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidecaster.balance.Problem;
import io.tidecaster.balance.Trouble;
import io.tidecaster.crd.v1alpha1.Instance;
import io.tidecaster.crd.v1alpha1.ResourceReader;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeOutcome;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An Event about the resource for each scaling that was applied, refused, or left undone because
 * its namespace does not allow it, and for each turn of its trial, written from threads of its own.
 *
 * <p>No storm: what happens again within {@link #SERIES_WINDOW} is counted into the first one's
 * series, which is written at the 2nd, 4th, 8th… time only, and of one scaler at most {@link
 * #MOST_PER_SCALER} requests go out within {@link #RATE_WINDOW}.
 */
public final class KubernetesEvents implements Announcer, AutoCloseable {
  /** What happens again after a longer pause than this is an Event of its own. */
  static final Duration SERIES_WINDOW = Duration.ofMinutes(10);

  /** Most requests about one scaler within {@link #RATE_WINDOW}. */
  static final int MOST_PER_SCALER = 20;

  static final Duration RATE_WINDOW = Duration.ofMinutes(10);

  /** Most series that are remembered; the one longest unchanged goes first. */
  private static final int MOST_SERIES = 4_096;

  /** The API takes 1,024 bytes; a character of ours has 3 at most. */
  private static final int LONGEST_NOTE_CHARS = 340;

  /** Holds at what the namespace allows. */
  private static final Set<HoldReason> NOT_ALLOWED =
      EnumSet.of(HoldReason.AT_QUOTA, HoldReason.AT_DISRUPTION_BUDGET);

  private static final String CONTROLLER = "tidecaster.io/tidecaster";
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesRequests requests;
  private final Instance.Lookup instances;
  private final String reportingInstance;
  private final InstantSource clock;
  private final MeterRegistry meters;
  private final Respite respite;
  private final EventSeries series = new EventSeries(SERIES_WINDOW, MOST_SERIES);
  private final Rate<ScalerId> rate = new Rate<>(MOST_PER_SCALER, RATE_WINDOW);
  private final Outbox<Object, Occurrence> outbox;
  private final Map<ScalerId, Set<Problem>> troubles = new ConcurrentHashMap<>();
  private final AtomicLong created = new AtomicLong();

  /** Something that happened and is to be told. */
  private record Occurrence(EventSeries.Key key, String note, Scaler scaler, Instant at) {}

  /**
   * Starts to wait for reports.
   *
   * @param reportingInstance which replica of Tidecaster this is: its pod's name
   */
  public KubernetesEvents(
      KubernetesClient client,
      KubernetesLimits limits,
      Instance.Lookup instances,
      String reportingInstance,
      InstantSource clock,
      MeterRegistry meters) {
    this.requests = new KubernetesRequests(client, limits.requestTimeout());
    this.instances = instances;
    this.reportingInstance = reportingInstance;
    this.clock = clock;
    this.meters = meters;
    this.respite = new Respite("Events", limits.forbiddenRespite(), clock);
    this.outbox =
        new Outbox<>(
            "event-writer",
            limits.queue(),
            limits.writers(),
            occurrence -> occurrence.scaler().id(),
            this::write);
  }

  @Override
  public void announce(Report report) {
    if (report instanceof Report.Decided decided) {
      decided.sized().flatMap(sized -> resizing(decided, sized)).ifPresent(this::put);
      decided
          .balancers()
          .ifPresent(standing -> tellTroubles(decided.scaler(), standing.troubles()));
    }
    if (report instanceof Report.Decided decided
        && decided.decision().outcome() instanceof Outcome.Scale scale
        && decided.result().isPresent()
        && !(decided.result().get() instanceof ScaleResult.Unchanged)) {
      put(occurrence(decided, scale, decided.result().get()));
    }
    if (report instanceof Report.Decided decided
        && decided.decision().mode() == Mode.ENFORCING
        && decided.decision().outcome() instanceof Outcome.Hold hold
        && NOT_ALLOWED.contains(hold.reason())) {
      put(
          new Occurrence(
              new EventSeries.Key(decided.id(), "Warning", hold.reason().label(), 0, 0),
              decided.decision().sentence(),
              decided.scaler(),
              clock.instant()));
    }
  }

  @Override
  public void announce(Turn turn) {
    String type = turn.standing().enforces() ? "Normal" : "Warning";
    put(
        new Occurrence(
            new EventSeries.Key(turn.scaler().id(), type, turn.standing().label(), 0, 0),
            turn.sentence(),
            turn.scaler(),
            clock.instant()));
  }

  @Override
  public void announce(Boost boost) {
    switch (boost.result()) {
      case ResizeResult.Boosted(int given, long boostMillis, int takenBack, long sizeMillis) -> {
        if (given > 0) {
          tellOfStarts(
              boost.scaler(),
              "Normal",
              "Boosted",
              "%s to %dm CPU while starting, back to %dm once started."
                  .formatted(pods(given), boostMillis, sizeMillis));
        }
        if (takenBack > 0) {
          tellOfStarts(
              boost.scaler(),
              "Normal",
              "BoostTakenBack",
              "%s back to %dm CPU, as started or over time."
                  .formatted(pods(takenBack), sizeMillis));
        }
      }
      case ResizeResult.Resized(int pods, int _) ->
          tellOfStarts(
              boost.scaler(), "Normal", "Resized", pods(pods) + " to the size decided on.");
      case ResizeResult.Held held ->
          tellOfStarts(boost.scaler(), "Warning", held.label(), held.detail());
      case ResizeResult.AsDecided _, ResizeResult.TemplateChanged _ -> {}
    }
  }

  private void tellOfStarts(Scaler scaler, String type, String reason, String note) {
    put(
        new Occurrence(
            new EventSeries.Key(scaler.id(), type, reason, 0, 0), note, scaler, clock.instant()));
  }

  private static String pods(int pods) {
    return pods == 1 ? "Resizing 1 pod" : "Resizing %d pods".formatted(pods);
  }

  /** Each trouble once, when it begins to last. */
  private void tellTroubles(Scaler scaler, List<Trouble> found) {
    Set<Problem> now =
        found.stream()
            .map(Trouble::problem)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Problem.class)));
    if (troubles.size() >= MOST_SERIES) {
      troubles.clear();
    }
    @Nullable Set<Problem> before =
        now.isEmpty() ? troubles.remove(scaler.id()) : troubles.put(scaler.id(), now);
    Set<Problem> told = EnumSet.noneOf(Problem.class);
    if (before != null) {
      told.addAll(before);
    }
    for (Trouble trouble : found) {
      if (told.add(trouble.problem())) {
        put(
            new Occurrence(
                new EventSeries.Key(scaler.id(), "Warning", trouble.problem().label(), 0, 0),
                trouble.sentence(),
                scaler,
                clock.instant()));
      }
    }
  }

  private void put(Occurrence occurrence) {
    if (!outbox.put(new Object(), occurrence)) {
      count("dropped");
    }
  }

  /** A resize that was written, or is held; of what is as it should be nothing is told. */
  private Optional<Occurrence> resizing(Report.Decided decided, Sized sized) {
    if (sized.decision().isEmpty() || sized.result().isEmpty()) {
      return Optional.empty();
    }
    SizeDecision decision = sized.decision().get();
    return switch (sized.result().get()) {
      // told when it was written
      case ResizeResult.AsDecided _, ResizeResult.Boosted _, ResizeResult.BoostRefused _ ->
          Optional.empty();
      case ResizeResult.Resized(int pods, int left) ->
          Optional.of(
              resizing(
                  decided,
                  "Normal",
                  reasonOf(decision),
                  "%s%s. %s"
                      .formatted(
                          pods(pods),
                          left == 0 ? "" : ", %d are left for the next minutes".formatted(left),
                          decision.fullSentence())));
      case ResizeResult.TemplateChanged(String to) ->
          Optional.of(
              resizing(
                  decided,
                  "Normal",
                  "TemplateChanged",
                  "The template now says %s. %s".formatted(to, decision.fullSentence())));
      case ResizeResult.Held held ->
          Optional.of(
              resizing(
                  decided,
                  "Warning",
                  held.label(),
                  held.detail() + "; it was to be: " + decision.fullSentence()));
    };
  }

  /** That on the CPU, unless it stays and the memory does not. */
  private static String reasonOf(SizeDecision all) {
    SizeDecision decision =
        all.each()
            .filter(each ->
                each.outcome() instanceof SizeOutcome.Resize
                    || each.memory()
                        .filter(memory -> memory.desiredBytes() != memory.inputs().currentBytes())
                        .isPresent())
            .findFirst()
            .orElse(all);
    return decision
        .memory()
        .filter(_ -> decision.outcome() instanceof SizeOutcome.Keep)
        .filter(memory -> memory.desiredBytes() != memory.inputs().currentBytes())
        .map(memory -> memory.reason().label())
        .orElseGet(() -> decision.outcome().reasonLabel());
  }

  private Occurrence resizing(Report.Decided decided, String type, String reason, String note) {
    return new Occurrence(
        new EventSeries.Key(decided.id(), type, reason, 0, 0),
        note,
        decided.scaler(),
        clock.instant());
  }

  private Occurrence occurrence(Report.Decided decided, Outcome.Scale scale, ScaleResult result) {
    String sentence = decided.decision().sentence();
    return switch (result) {
      case ScaleResult.Unchanged unchanged -> throw new IllegalArgumentException("no occurrence");
      case ScaleResult.Scaled scaled -> scaling(decided, scale, sentence);
      case ScaleResult.LeftToKeda left ->
          scaling(decided, scale, sentence + " " + left.detail() + ".");
      case ScaleResult.Refused refused ->
          new Occurrence(
              new EventSeries.Key(decided.id(), "Warning", refused.label(), 0, 0),
              refused.detail() + "; it was to be: " + sentence,
              decided.scaler(),
              clock.instant());
    };
  }

  private Occurrence scaling(Report.Decided decided, Outcome.Scale scale, String sentence) {
    return new Occurrence(
        new EventSeries.Key(
            decided.id(), "Normal", scale.reason().label(), scale.from(), scale.to()),
        sentence,
        decided.scaler(),
        clock.instant());
  }

  private void write(Occurrence occurrence) {
    if (respite.lasts()) {
      return;
    }
    instances
        .instance(occurrence.scaler().id())
        .ifPresent(instance -> {
          try {
            count(tell(occurrence, instance));
            respite.written();
          } catch (KubernetesClientException e) {
            series.forget(occurrence.key());
            respite.refused(e);
            count("refused");
          }
        });
  }

  /** Writes what there is to write, and says what that was. */
  private String tell(Occurrence occurrence, Instance instance) {
    var again =
        series
            .countAgain(occurrence.key(), occurrence.at())
            .filter(
                running -> running.stored().at("/regarding/uid").asText().equals(instance.uid()));
    if (again.isPresent() && !again.get().isDue()) {
      return "counted";
    }
    if (!rate.allows(occurrence.scaler().id(), occurrence.at())) {
      return "dropped";
    }
    String events =
        "/apis/events.k8s.io/v1/namespaces/%s/events".formatted(instance.id().namespace());
    String query = "?fieldManager=" + KubernetesRequests.FIELD_MANAGER;
    if (again.isPresent()) {
      ObjectNode event = again.get().stored().deepCopy();
      event
          .putObject("series")
          .put("count", again.get().count())
          .put("lastObservedTime", MICRO_TIME.format(occurrence.at()));
      requests.send(
          KubernetesRequests.Method.REPLACE,
          events + "/" + event.at("/metadata/name").asText() + query,
          event);
      return "series";
    }
    ObjectNode event = event(occurrence, instance);
    requests.send(KubernetesRequests.Method.CREATE, events + query, event);
    series.begin(occurrence.key(), event, occurrence.at());
    return "written";
  }

  private ObjectNode event(Occurrence occurrence, Instance instance) {
    var target = occurrence.scaler().target();
    String namespace = instance.id().namespace();
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
    event
        .putObject("metadata")
        .put("namespace", namespace)
        .put("name", nameOf(instance, occurrence.at()));
    event
        .put("eventTime", MICRO_TIME.format(occurrence.at()))
        .put("reportingController", CONTROLLER)
        .put("reportingInstance", reportingInstance)
        .put("action", "Scale")
        .put("type", occurrence.key().type())
        .put("reason", occurrence.key().reason())
        .put("note", shortened(occurrence.note()));
    event
        .putObject("regarding")
        .put("apiVersion", ResourceReader.API_VERSION)
        .put("kind", ResourceReader.KIND)
        .put("namespace", namespace)
        .put("name", instance.id().name())
        .put("uid", instance.uid());
    event
        .putObject("related")
        .put("apiVersion", target.apiVersion())
        .put("kind", target.kind())
        .put("namespace", namespace)
        .put("name", target.name());
    return event;
  }

  /** The resource's name with the time and a number: no two of this replica are the same. */
  private String nameOf(Instance instance, Instant at) {
    String name = instance.id().name();
    return "%s.%x.%x"
        .formatted(
            name.substring(0, Math.min(200, name.length())),
            at.toEpochMilli(),
            created.incrementAndGet());
  }

  private static String shortened(String note) {
    return note.length() <= LONGEST_NOTE_CHARS
        ? note
        : note.substring(0, LONGEST_NOTE_CHARS - 1) + "…";
  }

  private void count(String result) {
    meters.counter("tidecaster.events", "result", result).increment();
  }

  @Override
  public void close() {
    outbox.close();
  }
}
