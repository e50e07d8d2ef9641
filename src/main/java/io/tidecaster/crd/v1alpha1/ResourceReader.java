package io.tidecaster.crd.v1alpha1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one {@code PredictiveScaler}, from the cluster and from a file alike. It is strict: a field
 * that it does not know would be a wish that is silently not followed.
 */
public final class ResourceReader {
  public static final String GROUP = "tidecaster.io";
  public static final String VERSION = "v1alpha1";
  public static final String API_VERSION = GROUP + "/" + VERSION;
  public static final String KIND = "PredictiveScaler";
  public static final String PLURAL = "predictivescalers";

  /**
   * Pauses a scaler, whatever its mode, until it is taken away: at any value but {@code "false"},
   * as the API server refuses none, and who writes it wants a pause.
   */
  public static final String PAUSED = GROUP + "/paused";

  /** What kubectl takes where nothing is said. */
  private static final String DEFAULT_NAMESPACE = "default";

  /** {@code status} is there in what kubectl printed; it is not ours to read. */
  private static final Set<String> TOP = Set.of("apiVersion", "kind", "metadata", "spec", "status");

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private ResourceReader() {}

  /** What the document says, or everything that is wrong with it. */
  public static Reading read(JsonNode document) {
    List<SpecError> errors = new ArrayList<>();
    requireText(document, "apiVersion", API_VERSION, errors);
    requireText(document, "kind", KIND, errors);
    if (!errors.isEmpty()) {
      return new Reading.Rejected(Optional.empty(), errors);
    }
    document
        .fieldNames()
        .forEachRemaining(field -> {
          if (!TOP.contains(field)) {
            errors.add(
                new SpecError(
                    field, "is unknown; known here: apiVersion, kind, metadata, spec, status"));
          }
        });
    Optional<ScalerId> id = id(document.path("metadata"), errors);
    errors.addAll(Shape.differences("spec", document.path("spec"), PredictiveScalerSpec.class));
    if (!errors.isEmpty() || id.isEmpty()) {
      return new Reading.Rejected(id, errors);
    }
    Reading reading = SpecTranslation.translate(id.get(), spec(document.path("spec")));
    String paused = document.path("metadata").path("annotations").path(PAUSED).asText("false");
    return !paused.equals("false") && reading instanceof Reading.Accepted accepted
        ? new Reading.Accepted(accepted.scaler().withMode(Mode.PAUSED))
        : reading;
  }

  private static PredictiveScalerSpec spec(JsonNode node) {
    try {
      return MAPPER.treeToValue(node, PredictiveScalerSpec.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the shape was right, yet: " + e.getMessage(), e);
    }
  }

  private static void requireText(
      JsonNode document, String field, String wanted, List<SpecError> errors) {
    String given = document.path(field).asText("");
    if (!given.equals(wanted)) {
      errors.add(new SpecError(field, "\"%s\" is not %s".formatted(given, wanted)));
    }
  }

  private static Optional<ScalerId> id(JsonNode metadata, List<SpecError> errors) {
    if (!metadata.path("name").isTextual()) {
      errors.add(new SpecError("metadata.name", "is missing; it is required"));
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ScalerId(
              metadata.path("namespace").asText(DEFAULT_NAMESPACE),
              metadata.path("name").textValue()));
    } catch (IllegalArgumentException e) {
      errors.add(new SpecError("metadata", String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }
}
