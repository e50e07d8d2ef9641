package io.tidecaster.journal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.tidecaster.calendar.Announcement;
import io.tidecaster.decide.Clamp;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.forecast.Explanation;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.LiveAccuracy;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How decisions, forecasts and modes stand on Kafka: JSON with a version, {@code {"v":1, …}}.
 *
 * <p>Enums are written as their {@code label()}, instants as ISO-8601, durations as {@code PT3M}.
 */
public final class JournalFormat {
  private static final int VERSION = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .addModule(
              new SimpleModule()
                  .addSerializer(ScalerId.class, new ScalerIdWriter())
                  .addDeserializer(ScalerId.class, new ScalerIdReader()))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addMixIn(Outcome.class, OutcomeNames.class)
          .addMixIn(ForecastOutcome.class, ForecastNames.class)
          .addMixIn(Mode.class, Labelled.class)
          .addMixIn(HoldReason.class, Labelled.class)
          .addMixIn(ScaleReason.class, Labelled.class)
          .addMixIn(Clamp.Rule.class, Labelled.class)
          .addMixIn(NotReady.Reason.class, Labelled.class)
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

  record DecisionRecord(int v, Decision decision) {}

  /** A forecast as it stands on its topic. */
  public record ForecastRecord(
      int v,
      ScalerId scaler,
      ForecastOutcome outcome,
      @Nullable LiveAccuracy accuracy,
      @Nullable List<Explanation> reasons) {

    public ForecastReport report() {
      return new ForecastReport(
          outcome, Optional.ofNullable(accuracy), reasons == null ? List.of() : reasons);
    }
  }

  record EventRecord(int v, Announcement announcement) {}

  record ModeRecord(int v, Mode mode, Mode insteadOf) {}

  public static byte[] write(Decision decision) {
    return bytes(new DecisionRecord(VERSION, decision));
  }

  public static byte[] write(ScalerId scaler, ForecastOutcome outcome) {
    return write(scaler, ForecastReport.of(outcome));
  }

  public static byte[] write(ScalerId scaler, ForecastReport report) {
    return bytes(
        new ForecastRecord(
            VERSION, scaler, report.outcome(), report.accuracy().orElse(null), report.reasons()));
  }

  static byte[] write(Announcement announcement) {
    return bytes(new EventRecord(VERSION, announcement));
  }

  static byte[] write(Mode mode, Mode insteadOf) {
    return bytes(new ModeRecord(VERSION, mode, insteadOf));
  }

  public static Decision readDecision(byte[] bytes) throws UnreadableRecord {
    return read(bytes, DecisionRecord.class).decision();
  }

  public static ForecastRecord readForecast(byte[] bytes) throws UnreadableRecord {
    return read(bytes, ForecastRecord.class);
  }

  static Announcement readAnnouncement(byte[] bytes) throws UnreadableRecord {
    return read(bytes, EventRecord.class).announcement();
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
    try {
      var tree = MAPPER.readTree(bytes);
      int version = tree.path("v").asInt();
      if (version != VERSION) {
        throw new UnreadableRecord(
            "version %d of the record is not %d, the one this build reads"
                .formatted(version, VERSION));
      }
      return MAPPER.treeToValue(tree, type);
    } catch (UnreadableRecord e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new UnreadableRecord("the record is broken: " + e.getMessage(), e);
    }
  }

  private interface Labelled {
    @JsonValue
    String label();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Outcome.Scale.class, name = "Scale"),
    @JsonSubTypes.Type(value = Outcome.Hold.class, name = "Hold")
  })
  private interface OutcomeNames {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Forecast.class, name = "Forecast"),
    @JsonSubTypes.Type(value = NotReady.class, name = "NotReady")
  })
  private interface ForecastNames {}

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
}
