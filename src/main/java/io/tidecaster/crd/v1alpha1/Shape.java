package io.tidecaster.crd.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a document has the shape of a record: no field more, none that is required less, each of
 * its type. It finds all that differs, where a binding stops at the first, and it never coerces:
 * {@code minReplicas: "2"} is refused here as the API server refuses it.
 */
final class Shape {
  private final List<SpecError> errors = new ArrayList<>();

  private Shape() {}

  /** All differences between the document and the record, in the record's order. */
  static List<SpecError> differences(
      String path, JsonNode document, Class<? extends Record> record) {
    var shape = new Shape();
    shape.compareRecord(path, document, record);
    return List.copyOf(shape.errors);
  }

  private void compareRecord(String path, JsonNode node, Class<?> record) {
    if (!node.isObject()) {
      add(path, "%s is no object; give %s".formatted(shown(node), fieldsOf(record)));
      return;
    }
    for (RecordComponent component : record.getRecordComponents()) {
      JsonNode value = node.get(component.getName());
      if (value == null || value.isNull()) {
        if (isRequired(component)) {
          add(path + "." + component.getName(), "is missing; it is required");
        }
      } else {
        compare(path + "." + component.getName(), value, component.getGenericType());
      }
    }
    List<String> known =
        Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName).toList();
    node.fieldNames()
        .forEachRemaining(name -> {
          if (!known.contains(name)) {
            add(path + "." + name, "is unknown; known here: " + fieldsOf(record));
          }
        });
  }

  private void compare(String path, JsonNode node, Type type) {
    if (type == String.class) {
      require(node.isTextual(), path, node, "text; quote it");
    } else if (type == Quantity.class) {
      require(
          node.isTextual() || isInteger(node), path, node, "a quantity; quote it where not whole");
    } else if (type == Integer.class) {
      require(isInteger(node), path, node, "a whole number");
    } else if (type == Double.class) {
      require(node.isNumber(), path, node, "a number");
    } else if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      compareList(path, node, generic.getActualTypeArguments()[0]);
    } else if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
      compareMap(path, node, generic.getActualTypeArguments()[1]);
    } else if (type instanceof Class<?> record && record.isRecord()) {
      compareRecord(path, node, record);
    } else {
      throw new IllegalArgumentException("%s: no shape for %s".formatted(path, type));
    }
  }

  private void compareList(String path, JsonNode node, Type element) {
    require(node.isArray(), path, node, "a list");
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        compare("%s[%d]".formatted(path, i), node.get(i), element);
      }
    }
  }

  private void compareMap(String path, JsonNode node, Type value) {
    require(node.isObject(), path, node, "an object of names and values");
    node.properties()
        .forEach(
            entry -> compare("%s[%s]".formatted(path, entry.getKey()), entry.getValue(), value));
  }

  private void require(boolean holds, String path, JsonNode node, String wanted) {
    if (!holds) {
      add(path, "%s is not %s".formatted(shown(node), wanted));
    }
  }

  private void add(String path, String problem) {
    errors.add(new SpecError(path, problem));
  }

  /** Whether a component must be given: it is not marked nullable. */
  static boolean isRequired(RecordComponent component) {
    return !isNullable(component.getAnnotatedType());
  }

  private static boolean isNullable(AnnotatedElement type) {
    return type.isAnnotationPresent(Nullable.class);
  }

  private static boolean isInteger(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToInt();
  }

  private static String fieldsOf(Class<?> record) {
    return Arrays.stream(record.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.joining(", "));
  }

  /** The value as it was written, shortened where it is long. */
  private static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
