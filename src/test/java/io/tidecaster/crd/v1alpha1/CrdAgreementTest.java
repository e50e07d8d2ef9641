package io.tidecaster.crd.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.SeriesSelector;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The manifest's schema and the records are one contract, written twice. */
class CrdAgreementTest {
  private static final Path MANIFEST =
      Path.of("charts/tidecaster/crds/predictivescalers.tidecaster.io.yaml");

  private JsonNode crd = new YAMLMapper().nullNode();
  private JsonNode version = crd;

  @BeforeEach
  void readManifest() throws IOException {
    crd = new YAMLMapper().readTree(MANIFEST.toFile());
    version = crd.at("/spec/versions/0");
  }

  @Test
  void hasTheFieldsOfTheSpec() {
    assertThat(fieldsOf(schema("spec"))).isEqualTo(fieldsOf(PredictiveScalerSpec.class));
  }

  @Test
  void hasTheFieldsOfTheStatus() {
    assertThat(fieldsOf(schema("status"))).isEqualTo(fieldsOf(PredictiveScalerStatus.class));
  }

  @Test
  void hasTheNamesThatTheReaderWants() {
    assertThat(crd.at("/spec/group").asText()).isEqualTo(ResourceReader.GROUP);
    assertThat(crd.at("/spec/names/kind").asText()).isEqualTo(ResourceReader.KIND);
    assertThat(crd.at("/spec/names/plural").asText()).isEqualTo(ResourceReader.PLURAL);
    assertThat(version.path("name").asText()).isEqualTo(ResourceReader.VERSION);
  }

  @Test
  void hasTheDefaultsOfTheTranslation() {
    assertThat(property("mode").path("default").asText())
        .isEqualTo(SpecTranslation.DEFAULT_MODE.label());
    assertThat(property("minReplicas").path("default").asInt())
        .isEqualTo(SpecTranslation.DEFAULT_MIN_REPLICAS);
    assertThat(property("serviceLevel").path("default").asDouble())
        .isEqualTo(SpecTranslation.DEFAULT_SERVICE_LEVEL);
    assertThat(property("leadTime").path("default").asText()).isEqualTo(SpecTranslation.LEARNED);
  }

  @Test
  void hasTheNamesOfTheVocabulary() {
    assertThat(texts(property("mode").path("enum")))
        .containsExactlyElementsOf(Arrays.stream(Mode.values()).map(Mode::label).toList());
    assertThat(texts(property("load").at("/properties/series/properties/type/enum")))
        .containsExactlyElementsOf(
            Arrays.stream(SeriesSelector.Type.values()).map(SeriesSelector.Type::label).toList());
  }

  @Test
  void printsWhatAnHpaPrintsWithModeAndReady() {
    assertThat(version.path("additionalPrinterColumns"))
        .filteredOn(column -> !column.has("priority"))
        .extracting(column -> column.path("name").asText())
        .containsExactly(
            "Reference", "Min", "Max", "Replicas", "Desired", "Mode", "Ready", "Reason", "Age");
  }

  private JsonNode schema(String part) {
    return version.at("/schema/openAPIV3Schema/properties/" + part);
  }

  private JsonNode property(String name) {
    return schema("spec").path("properties").path(name);
  }

  /** Each field by its path, as {@code "integer required"}. */
  private static Map<String, String> fieldsOf(JsonNode objectSchema) {
    Map<String, String> fields = new TreeMap<>();
    collect("", objectSchema, fields);
    return fields;
  }

  private static void collect(String path, JsonNode schema, Map<String, String> fields) {
    List<String> required = texts(schema.path("required"));
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String at = path + "." + property.getKey();
      JsonNode value = property.getValue();
      JsonNode items = value.path("items");
      fields.put(at, typeOf(value) + (required.contains(property.getKey()) ? " required" : ""));
      collect(at, items instanceof ObjectNode ? items : value, fields);
    }
  }

  private static String typeOf(JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return "quantity";
    }
    return schema.has("additionalProperties") ? "map" : schema.path("type").asText();
  }

  private static Map<String, String> fieldsOf(Class<?> record) {
    Map<String, String> fields = new TreeMap<>();
    collect("", record, fields);
    return fields;
  }

  private static void collect(String path, Class<?> record, Map<String, String> fields) {
    for (var component : record.getRecordComponents()) {
      String at = path + "." + component.getName();
      Type type = component.getGenericType();
      // A list of a status may be left out by whoever writes another part of it.
      boolean required = Shape.isRequired(component) && !at.equals(".conditions");
      fields.put(at, typeOf(type) + (required ? " required" : ""));
      Type inner = type instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : type;
      if (inner instanceof Class<?> nested && nested.isRecord() && nested != Quantity.class) {
        collect(at, nested, fields);
      }
    }
  }

  private static String typeOf(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class ? "array" : "map";
    }
    return switch (type.getTypeName()) {
      case "java.lang.String" -> "string";
      case "java.lang.Integer", "java.lang.Long" -> "integer";
      case "java.lang.Double" -> "number";
      case "java.lang.Boolean" -> "boolean";
      default -> type == Quantity.class ? "quantity" : "object";
    };
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonNode::asText)
        .collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
  }
}
