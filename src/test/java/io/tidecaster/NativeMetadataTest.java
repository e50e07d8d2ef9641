package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.focus_shift.jollyday.core.HolidayManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import net.fortuna.ical4j.model.Calendar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A native binary holds only what it is told of: here, the parts that libraries find by name. A new
 * version of one that names more turns this red, instead of a binary that fails on a feed.
 */
class NativeMetadataTest {
  private static final String METADATA =
      "/META-INF/native-image/io.tidecaster/tidecaster/reachability-metadata.json";
  private static final String SERVICES = "META-INF/services/";

  private static final List<String> ICAL4J =
      List.of(
          "net.fortuna.ical4j.model.ComponentFactory",
          "net.fortuna.ical4j.model.ParameterFactory",
          "net.fortuna.ical4j.model.PropertyFactory",
          "net.fortuna.ical4j.transform.compliance.Rfc5545ComponentRule",
          "net.fortuna.ical4j.transform.compliance.Rfc5545PropertyRule",
          "net.fortuna.ical4j.validate.CalendarValidatorFactory");

  private static final String JOLLYDAY =
      "de.focus_shift.jollyday.core.spi.HolidayCalendarConfigurationService";

  @Test
  void everyPartThatICalendarLooksUpIsNamed() throws IOException {
    for (String service : ICAL4J) {
      assertThat(resources()).contains(SERVICES + service);
      assertThat(types()).as(service).containsAll(named(Calendar.class, service));
    }
  }

  @Test
  void everyPartOfTheHolidaysIsNamed() throws IOException {
    assertThat(resources()).contains(SERVICES + JOLLYDAY, "jollyday.properties", "holidays/**");
    assertThat(types()).containsAll(named(HolidayManager.class, JOLLYDAY));
    Properties properties = new Properties();
    try (InputStream file = HolidayManager.class.getResourceAsStream("/jollyday.properties")) {
      properties.load(file);
    }
    assertThat(types())
        .containsAll(
            properties.entrySet().stream()
                .filter(entry -> entry.getKey().toString().matches("(manager|parser)\\.impl.*"))
                .map(entry -> entry.getValue().toString())
                .toList());
  }

  @ParameterizedTest
  @MethodSource("types")
  void nothingIsNamedThatIsNotThere(String type) {
    String name = type.endsWith("[]") ? "[L" + type.replace("[]", ";") : type;

    assertThatCode(() -> Class.forName(name, false, getClass().getClassLoader()))
        .doesNotThrowAnyException();
  }

  private static Set<String> types() throws IOException {
    return texts("reflection", "type");
  }

  private static Set<String> resources() throws IOException {
    return texts("resources", "glob");
  }

  private static Set<String> texts(String part, String key) throws IOException {
    try (InputStream file = NativeMetadataTest.class.getResourceAsStream(METADATA)) {
      JsonNode entries = new ObjectMapper().readTree(file).path(part);
      Set<String> texts = new TreeSet<>();
      entries.forEach(entry -> texts.add(entry.path(key).asText()));
      return texts;
    }
  }

  private static List<String> named(Class<?> of, String service) throws IOException {
    try (InputStream file = of.getResourceAsStream("/" + SERVICES + service)) {
      assertThat(file).as(service).isNotNull();
      List<String> names = new ArrayList<>();
      for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        String name = line.replaceFirst("#.*", "").strip();
        if (!name.isEmpty()) {
          names.add(name);
        }
      }
      return names;
    }
  }
}
