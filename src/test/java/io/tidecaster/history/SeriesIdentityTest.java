package io.tidecaster.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesIdentityTest {

  @Test
  void sortsLabelsByName() {
    assertThat(SeriesIdentity.canonical(Map.of("uri", "/orders", "app", "crm", "pod", "crm-1")))
        .isEqualTo("app=crm\u001fpod=crm-1\u001furi=/orders");
  }

  @Test
  void leavesOutTheMetricNameAndEmptyLabels() {
    assertThat(SeriesIdentity.canonical(Map.of("__name__", "up", "zone", "", "pod", "crm-1")))
        .isEqualTo("pod=crm-1");
    assertThat(SeriesIdentity.canonical(Map.of("__name__", "up"))).isEmpty();
  }

  @Test
  void keepsLabelSetsApartThatDifferOnlyInSeparators() {
    assertThat(SeriesIdentity.canonical(Map.of("a", "1\u001fb=2")))
        .isNotEqualTo(SeriesIdentity.canonical(Map.of("a", "1", "b", "2")));
    assertThat(SeriesIdentity.canonical(Map.of("a=b", "c")))
        .isNotEqualTo(SeriesIdentity.canonical(Map.of("a", "b=c")));
    assertThat(SeriesIdentity.canonical(Map.of("a", "\\", "b", "c")))
        .isNotEqualTo(SeriesIdentity.canonical(Map.of("a", "\\\u001fb=c")));
  }

  @ParameterizedTest
  @CsvSource({
    "pod,       instance,            crm-1",
    "pod_name,  instance,            crm-1",
    "kubernetes_pod_name, instance,  crm-1",
    "instance,  xpod,                crm-1",
    "instance,  podium,              crm-1",
  })
  void namesTheReplicaByPodBeforeInstance(String label, String other, String expected) {
    String series = SeriesIdentity.canonical(Map.of(label, "crm-1", other, "10.0.0.1:8080"));

    assertThat(SeriesIdentity.replicaOf(series)).isEqualTo(expected);
  }

  @Test
  void readsNoReplicaOutOfAnotherLabelsValue() {
    String series = SeriesIdentity.canonical(Map.of("a", "x\u001fpod=fake", "instance", "real"));

    assertThat(SeriesIdentity.replicaOf(series)).isEqualTo("real");
  }

  @Test
  void takesASeriesWithoutReplicaLabelForAReplicaOfItsOwn() {
    String orders = SeriesIdentity.canonical(Map.of("uri", "/orders"));
    String users = SeriesIdentity.canonical(Map.of("uri", "/users"));

    assertThat(SeriesIdentity.replicaOf(orders)).isNotEqualTo(SeriesIdentity.replicaOf(users));
    assertThat(SeriesIdentity.replicaOf("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isOneToOneAndGivesTheReplicaBack(long seed) {
    Random random = new Random(seed);
    Set<Map<String, String>> labelSets = new HashSet<>();
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      Map<String, String> labels = new HashMap<>();
      for (int k = random.nextInt(3); k >= 0; k--) {
        labels.put("l" + nasty(random), "v" + nasty(random));
      }
      String pod = "p" + nasty(random);
      labels.put("pod", pod);
      labelSets.add(labels);
      String text = SeriesIdentity.canonical(labels);
      texts.add(text);
      assertThat(SeriesIdentity.replicaOf(text)).isEqualTo(pod);
    }
    assertThat(texts).hasSameSizeAs(labelSets);
  }

  private static String nasty(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append("\\\u001f=ab".charAt(random.nextInt(5)));
    }
    return text.toString();
  }
}
