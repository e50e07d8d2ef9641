package io.tidecaster.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tidecaster.e2e.Helm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The chart's KafkaTopics are the topics that Tidecaster would create itself. */
class StrimziTopicsE2E {

  @Test
  void theChartDescribesTheTopicsThatTheServiceWouldCreate() {
    TopicsConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(TopicsConfig.class)
            .build()
            .getConfigMapping(TopicsConfig.class);
    List<JsonNode> topics =
        Helm.template(
                "--set=kafka.bootstrapServers=k:9092",
                "--set=kafka.strimzi.enabled=true,kafka.strimzi.cluster=events")
            .stream()
            .filter(resource -> resource.path("kind").asText().equals("KafkaTopic"))
            .toList();

    assertThat(topics.stream().map(StrimziTopicsE2E::layout))
        .containsExactlyInAnyOrderElementsOf(Topics.layouts(config));
    assertThat(topics)
        .allMatch(
            topic -> topic.at("/metadata/labels/strimzi.io~1cluster").asText().equals("events"));
  }

  private static Topics.Layout layout(JsonNode topic) {
    Map<String, String> settings = new HashMap<>();
    topic
        .at("/spec/config")
        .properties()
        .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
    return new Topics.Layout(
        topic.at("/metadata/name").asText(), topic.at("/spec/partitions").asInt(), settings);
  }
}
