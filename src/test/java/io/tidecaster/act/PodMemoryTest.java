package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tidecaster.size.JvmHeap;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.WantedSize;
import io.tidecaster.workload.Vertical;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PodMemoryTest {
  private static final long MIB = 1L << 20;

  private static JsonNode yaml(String text) throws IOException {
    return new YAMLMapper().readTree(text);
  }

  private static SizeObservation.Memory memory(String container, String status) throws IOException {
    return PodMemory.of(yaml(container), yaml(status), true);
  }

  @Test
  void readsRequestLimitAndWhatTheNodeGave() throws IOException {
    SizeObservation.Memory memory =
        memory(
            "resources: {requests: {memory: 256Mi}, limits: {memory: 1Gi}}",
            "allocatedResources: {memory: 128M}");

    assertThat(memory.requestBytes()).hasValue(256 * MIB);
    assertThat(memory.limitBytes()).hasValue(1024 * MIB);
    assertThat(memory.allocatedBytes()).hasValue(128_000_000);
    assertThat(memory.change()).isEqualTo(MemoryInputs.Change.BOTH);
    assertThat(memory.oomKill()).isEmpty();
    assertThat(memory.heap()).isEmpty();
  }

  @Test
  void aKillForWantOfMemoryIsSeenWithTheLimitItHad() throws IOException {
    String spec = "resources: {requests: {memory: 256Mi}, limits: {memory: 512Mi}}";

    assertThat(
            memory(
                    spec,
                    "lastState: {terminated: {reason: OOMKilled, finishedAt:"
                        + " '2026-03-04T11:59:00Z'}}")
                .oomKill())
        .contains(new SizeObservation.OomKill(Instant.parse("2026-03-04T11:59:00Z"), 512 * MIB));
    assertThat(memory(spec, "lastState: {terminated: {reason: Error}}").oomKill()).isEmpty();
  }

  @Test
  void theHeapIsReadWhereTheJvmReadsIt() throws IOException {
    String limit = "resources: {limits: {memory: 1Gi}}\n";

    assertThat(
            memory(
                    limit + "env: [{name: JAVA_TOOL_OPTIONS, value: '-XX:MaxRAMPercentage=50'}]",
                    "{}")
                .heap())
        .contains(new JvmHeap(512 * MIB, "-XX:MaxRAMPercentage=50"));
    assertThat(
            memory(
                    limit
                        + "env: [{name: JAVA_OPTS, value: '-Xmx100m'}]\nargs: [-Xmx200m, -jar, a]",
                    "{}")
                .heap())
        .contains(new JvmHeap(200 * MIB, "-Xmx200m"));
    assertThat(memory(limit + "env: [{name: JAVA_OPTS, valueFrom: {}}]", "{}").heap()).isEmpty();
  }

  @Test
  void whatCannotShrinkWithoutARestartIsKnown() throws IOException {
    assertThat(
            memory("resizePolicy: [{resourceName: memory, restartPolicy: RestartContainer}]", "{}")
                .change())
        .isEqualTo(MemoryInputs.Change.NONE);
    assertThat(
            memory("resources: {requests: {memory: 1Gi}, limits: {memory: 1024Mi}}", "{}").change())
        .isEqualTo(MemoryInputs.Change.GROW);
  }

  /** The quality of service is the pod's: one beside without a limit makes it burstable. */
  @Test
  void aContainerOfABurstablePodShrinksThoughItRequestsItsLimit() throws IOException {
    assertThat(
            PodMemory.of(
                    yaml("resources: {requests: {memory: 1Gi}, limits: {memory: 1Gi}}"),
                    yaml("{}"),
                    false)
                .change())
        .isEqualTo(MemoryInputs.Change.BOTH);
  }

  private static SizeObservation.Pod pod(long request, long limit, MemoryInputs.Change change) {
    return new SizeObservation.Pod(
        "web-0",
        500,
        OptionalLong.of(1000),
        500,
        false,
        Optional.empty(),
        new SizeObservation.Memory(
            OptionalLong.of(request * MIB),
            OptionalLong.of(limit * MIB),
            OptionalLong.of(request * MIB),
            change,
            Optional.empty(),
            Optional.empty()),
        SizeObservation.Age.SETTLED);
  }

  private static String patch(SizeObservation.Pod pod, Vertical.Values values, long mebibytes) {
    Vertical vertical = new Vertical("web", 100, 4000, values, 0.8, 6);
    WantedSize wanted = new WantedSize(800, OptionalLong.of(mebibytes * MIB));
    return PodResizer.Change.of(vertical, pod, wanted)
        .patch()
        .at("/resources")
        .toString()
        .replace('"', '\'');
  }

  @Test
  void limitsKeepTheirProportionAndThatOfMemoryNeverFalls() {
    SizeObservation.Pod pod = pod(256, 512, MemoryInputs.Change.BOTH);

    // 256Mi of 512Mi become 300Mi of 600Mi = 629145600, 500m of 1000m become 800m of 1600m
    assertThat(patch(pod, Vertical.Values.REQUESTS_AND_LIMITS, 300))
        .isEqualTo(
            "{'requests':{'cpu':'800m','memory':'314572800'},"
                + "'limits':{'cpu':'1600m','memory':'629145600'}}");
    assertThat(patch(pod, Vertical.Values.REQUESTS_AND_LIMITS, 200))
        .isEqualTo("{'requests':{'cpu':'800m','memory':'209715200'},'limits':{'cpu':'1600m'}}");
  }

  @Test
  void aRequestAloneGoesNoFurtherThanItsLimit() {
    assertThat(patch(pod(256, 300, MemoryInputs.Change.BOTH), Vertical.Values.REQUESTS_ONLY, 400))
        .isEqualTo("{'requests':{'cpu':'800m','memory':'314572800'}}");
  }

  @Test
  void memoryThatCannotShrinkStays() {
    assertThat(patch(pod(256, 256, MemoryInputs.Change.GROW), Vertical.Values.REQUESTS_ONLY, 200))
        .isEqualTo("{'requests':{'cpu':'800m'}}");
    assertThat(patch(pod(256, 512, MemoryInputs.Change.NONE), Vertical.Values.REQUESTS_ONLY, 300))
        .isEqualTo("{'requests':{'cpu':'800m'}}");
  }
}
