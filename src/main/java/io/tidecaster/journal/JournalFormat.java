package io.tidecaster.journal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Event;
import io.tidecaster.decide.Clamp;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Inputs;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.decide.Situation;
import io.tidecaster.decide.Trust;
import io.tidecaster.forecast.Explanation;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.LiveAccuracy;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.forecast.UsageForecast;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.pace.Pace;
import io.tidecaster.size.KeepReason;
import io.tidecaster.size.MemoryReason;
import io.tidecaster.size.ResizeReason;
import io.tidecaster.size.ResourcePrices;
import io.tidecaster.size.RolloutReason;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeOutcome;
import io.tidecaster.size.Way;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Templating;
import io.tidecaster.workload.Vertical;
import io.tidecaster.workload.WorkCalendar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How decisions, forecasts and modes stand on Kafka: JSON with a version, {@code {"v":1, …}}.
 * Beside a decision stand its inputs with a version of their own: {@code "inputs":{"v":1, …}};
 * builds before that pass over them, and their records have none.
 *
 * <p>Enums are written as their {@code label()}, instants as ISO-8601, durations as {@code PT3M}.
 */
public final class JournalFormat {
  private static final int VERSION = 1;
  private static final int INPUTS_VERSION = 1;

  /** Of an event; before there was one, every event was announced. */
  private static final String ORIGIN = "origin";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .addModule(
              new SimpleModule()
                  .addSerializer(ScalerId.class, new ScalerIdWriter())
                  .addDeserializer(ScalerId.class, new ScalerIdReader())
                  .addSerializer(WorkCalendar.class, new WorkCalendarWriter())
                  .addDeserializer(WorkCalendar.class, new WorkCalendarReader()))
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addMixIn(Outcome.class, OutcomeNames.class)
          .addMixIn(ForecastOutcome.class, ForecastNames.class)
          .addMixIn(Objective.class, ObjectiveNames.class)
          .addMixIn(LeadTime.class, LeadTimeNames.class)
          .addMixIn(SeriesSelector.Type.class, Labelled.class)
          .addMixIn(Mode.class, Labelled.class)
          .addMixIn(Event.Origin.class, Labelled.class)
          .addMixIn(HoldReason.class, Labelled.class)
          .addMixIn(ScaleReason.class, Labelled.class)
          .addMixIn(SizeOutcome.class, SizeOutcomeNames.class)
          .addMixIn(ResizeReason.class, Labelled.class)
          .addMixIn(KeepReason.class, Labelled.class)
          .addMixIn(MemoryReason.class, Labelled.class)
          .addMixIn(Way.class, Labelled.class)
          .addMixIn(RolloutReason.class, Labelled.class)
          .addMixIn(Templating.Way.class, Labelled.class)
          .addMixIn(Vertical.Values.class, Labelled.class)
          .addMixIn(Vertical.class, WithBeside.class)
          .addMixIn(SizeDecision.class, WithBeside.class)
          .addMixIn(LoadPoint.class, WithBeside.class)
          .addMixIn(ResourcePrices.class, WithBesideHour.class)
          .addMixIn(Clamp.Rule.class, Labelled.class)
          .addMixIn(NotReady.Reason.class, Labelled.class)
          .addMixIn(Trust.Standing.class, Labelled.class)
          .build();

  private JournalFormat() {}

  /** A record of the journal that cannot be read: broken, or of a version this build knows not. */
  public static final class UnreadableRecord extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableRecord(String message, Throwable cause) {
      super(message, cause);
    }

    UnreadableRecord(String message) {
      super(message);
    }
  }

  @RegisterForReflection(registerFullHierarchy = true)
  private record DecisionRecord(
      int v,
      Decision decision,
      InputsRecord inputs,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SizeDecision size) {}

  @RegisterForReflection(registerFullHierarchy = true)
  private record InputsRecord(int v, Decider.Settings settings, Situation situation) {}

  /** A forecast as it stands on its topic. */
  @RegisterForReflection(registerFullHierarchy = true)
  public record ForecastRecord(
      int v,
      ScalerId scaler,
      ForecastOutcome outcome,
      @Nullable LiveAccuracy accuracy,
      @Nullable List<Explanation> reasons,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<UsageForecast> usage) {

    public ForecastReport report() {
      return new ForecastReport(
          outcome,
          Optional.ofNullable(accuracy),
          reasons == null ? List.of() : reasons,
          usage == null ? List.of() : usage);
    }
  }

  @RegisterForReflection(registerFullHierarchy = true)
  record EventRecord(int v, Announcement announcement) {}

  @RegisterForReflection(registerFullHierarchy = true)
  record TrustRecord(int v, Trust trust) {}

  @RegisterForReflection(registerFullHierarchy = true)
  record ModeRecord(int v, Mode mode, Mode insteadOf) {}

  @RegisterForReflection(registerFullHierarchy = true)
  record PaceRecord(int v, Pace pace) {}

  public static byte[] write(Decided decided) {
    return write(decided, Optional.empty());
  }

  /** A decision, and that on the size of the replicas beside it. */
  public static byte[] write(Decided decided, Optional<SizeDecision> size) {
    Inputs inputs = decided.inputs();
    return bytes(
        new DecisionRecord(
            VERSION,
            decided.decision(),
            new InputsRecord(INPUTS_VERSION, inputs.settings(), inputs.situation()),
            size.orElse(null)));
  }

  public static byte[] write(ScalerId scaler, ForecastOutcome outcome) {
    return write(scaler, ForecastReport.of(outcome));
  }

  public static byte[] write(ScalerId scaler, ForecastReport report) {
    return bytes(
        new ForecastRecord(
            VERSION,
            scaler,
            report.outcome(),
            report.accuracy().orElse(null),
            report.reasons(),
            report.usage()));
  }

  static byte[] write(Announcement announcement) {
    return bytes(new EventRecord(VERSION, announcement));
  }

  static byte[] write(Mode mode, Mode insteadOf) {
    return bytes(new ModeRecord(VERSION, mode, insteadOf));
  }

  static byte[] write(Trust trust) {
    return bytes(new TrustRecord(VERSION, trust));
  }

  static Trust readTrust(byte[] bytes) throws UnreadableRecord {
    return read(bytes, TrustRecord.class).trust();
  }

  static byte[] write(Pace pace) {
    return bytes(new PaceRecord(VERSION, pace));
  }

  static Pace readPace(byte[] bytes) throws UnreadableRecord {
    return read(bytes, PaceRecord.class).pace();
  }

  public static Decision readDecision(byte[] bytes) throws UnreadableRecord {
    return readDecision(tree(bytes));
  }

  static Decision readDecision(JsonNode record) throws UnreadableRecord {
    return convert(record.path("decision"), Decision.class);
  }

  /** The decision on the size in a record; empty where there was none. */
  static Optional<SizeDecision> size(JsonNode record) throws UnreadableRecord {
    return record.path("size").isObject()
        ? Optional.of(convert(record.path("size"), SizeDecision.class))
        : Optional.empty();
  }

  static JsonNode tree(SizeDecision size) {
    return MAPPER.valueToTree(size);
  }

  /** A decision as JSON, to be compared field by field. */
  static JsonNode tree(Decision decision) {
    return MAPPER.valueToTree(decision);
  }

  /** A record of this version, as JSON. */
  static JsonNode tree(byte[] bytes) throws UnreadableRecord {
    try {
      JsonNode tree = MAPPER.readTree(bytes);
      int version = tree.path("v").asInt();
      if (version != VERSION) {
        throw new UnreadableRecord(
            "version %d of the record is not %d, the one this build reads"
                .formatted(version, VERSION));
      }
      return tree;
    } catch (IOException e) {
      throw e instanceof UnreadableRecord unreadable ? unreadable : broken(e);
    }
  }

  /** The inputs in a record; empty where it was written before they were recorded. */
  static Optional<Inputs> inputs(JsonNode record) throws UnreadableRecord {
    JsonNode inputs = record.path("inputs");
    if (inputs.isMissingNode() || inputs.isNull()) {
      return Optional.empty();
    }
    int version = inputs.path("v").asInt();
    if (version != INPUTS_VERSION) {
      throw new UnreadableRecord(
          "version %d of the inputs is not %d, the one this build reads"
              .formatted(version, INPUTS_VERSION));
    }
    InputsRecord read = convert(inputs, InputsRecord.class);
    return Optional.of(new Inputs(read.settings(), read.situation()));
  }

  public static ForecastRecord readForecast(byte[] bytes) throws UnreadableRecord {
    return read(bytes, ForecastRecord.class);
  }

  static Announcement readAnnouncement(byte[] bytes) throws UnreadableRecord {
    JsonNode record = tree(bytes);
    if (record.at("/announcement/event") instanceof ObjectNode event && !event.has(ORIGIN)) {
      event.put(ORIGIN, Event.Origin.ANNOUNCED.label());
    }
    return convert(record, EventRecord.class).announcement();
  }

  static ModeRecord readMode(byte[] bytes) throws UnreadableRecord {
    return read(bytes, ModeRecord.class);
  }

  private static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a record of the journal could not be written", e);
    }
  }

  private static <T> T read(byte[] bytes, Class<T> type) throws UnreadableRecord {
    return convert(tree(bytes), type);
  }

  private static <T> T convert(JsonNode tree, Class<T> type) throws UnreadableRecord {
    try {
      T value = MAPPER.treeToValue(tree, type);
      if (value == null) {
        throw new UnreadableRecord("the record holds no " + type.getSimpleName());
      }
      return value;
    } catch (JsonProcessingException | RuntimeException e) {
      throw broken(e);
    }
  }

  private static UnreadableRecord broken(Exception e) {
    return new UnreadableRecord("the record is broken: " + e.getMessage(), e);
  }

  @RegisterForReflection
  private interface Labelled {
    @JsonValue
    String label();
  }

  /** Records of before there were containers beside have none, and those of one container alone. */
  @RegisterForReflection
  private interface WithBeside {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    Object beside();
  }

  @RegisterForReflection
  private interface WithBesideHour {
    @SuppressWarnings("UnusedMethod") // Jackson reads it
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    double besideHour();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Outcome.Scale.class, name = "Scale"),
    @JsonSubTypes.Type(value = Outcome.Hold.class, name = "Hold")
  })
  @RegisterForReflection
  private interface OutcomeNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = SizeOutcome.Resize.class, name = "Resize"),
    @JsonSubTypes.Type(value = SizeOutcome.Keep.class, name = "Keep")
  })
  @RegisterForReflection
  private interface SizeOutcomeNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Forecast.class, name = "Forecast"),
    @JsonSubTypes.Type(value = NotReady.class, name = "NotReady")
  })
  @RegisterForReflection
  private interface ForecastNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Objective.TargetUtilization.class, name = "TargetUtilization"),
    @JsonSubTypes.Type(value = Objective.RequestsPerReplica.class, name = "RequestsPerReplica"),
    @JsonSubTypes.Type(value = Objective.Latency.class, name = "Latency")
  })
  @RegisterForReflection
  private interface ObjectiveNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = LeadTime.Fixed.class, name = "Fixed"),
    @JsonSubTypes.Type(value = LeadTime.Learned.class, name = "Learned")
  })
  @RegisterForReflection
  private interface LeadTimeNames {}

  private static final class ScalerIdWriter extends JsonSerializer<ScalerId> {
    @Override
    public void serialize(ScalerId id, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(id.toString());
    }
  }

  private static final class ScalerIdReader extends JsonDeserializer<ScalerId> {
    @Override
    public ScalerId deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return ScalerId.parse(json.getValueAsString());
    }
  }

  /** A calendar changes forecasts, and no decision beyond them; and its feeds may hold secrets. */
  private static final class WorkCalendarWriter extends JsonSerializer<WorkCalendar> {
    @Override
    public void serialize(WorkCalendar calendar, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeNull();
    }
  }

  private static final class WorkCalendarReader extends JsonDeserializer<WorkCalendar> {
    @Override
    public WorkCalendar deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      json.skipChildren();
      return WorkCalendar.NONE;
    }

    @Override
    public WorkCalendar getNullValue(DeserializationContext context) {
      return WorkCalendar.NONE;
    }

    @Override
    public WorkCalendar getAbsentValue(DeserializationContext context) {
      return WorkCalendar.NONE;
    }
  }
}
