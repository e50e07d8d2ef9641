package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuRequestTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{containers: [{resources: {requests: {cpu: 250m}}}]} | 0.25",
        // 0.25 + 1.5
        "{containers: [{resources: {requests: {cpu: 250m}}}, {resources: {requests: {cpu: 1.5}}}]}"
            + " | 1.75",
        // a limit alone is the request; beside a request it is none
        "{containers: [{resources: {limits: {cpu: 2}}}]} | 2",
        "{containers: [{resources: {requests: {cpu: 1}, limits: {cpu: 2}}}]} | 1",
        // 0.5 + 0.1 of the sidecar; an init container that ends bears no load
        "{containers: [{resources: {requests: {cpu: 500m}}}], initContainers: [{restartPolicy:"
            + " Always, resources: {requests: {cpu: 100m}}}, {resources: {requests: {cpu: 4}}}]}"
            + " | 0.6",
        // the whole pod's wins
        "{resources: {requests: {cpu: 3}}, containers: [{resources: {requests: {cpu: 1}}}]} | 3"
      })
  void addsUpWhatAReplicaRequests(String pod, double cores) throws JsonProcessingException {
    assertThat(ofPod(pod)).isEqualTo(OptionalDouble.of(cores));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{containers: [{name: app}]}",
        "{containers: [{resources: {requests: {cpu: 250m}}}, {resources: {requests: {memory: 1Gi}}}]}",
        "{containers: [{resources: {requests: {cpu: 1}}}], initContainers: [{restartPolicy: Always}]}",
        "{containers: [{resources: {requests: {cpu: 0}}}]}",
        "{containers: []}",
        "{}"
      })
  void isUnknownAsSoonAsOneContainerStatesNone(String pod) throws JsonProcessingException {
    assertThat(ofPod(pod)).isEmpty();
  }

  private static OptionalDouble ofPod(String pod) throws JsonProcessingException {
    return CpuRequest.cores(
        new YAMLMapper().readTree("spec: {template: {spec: %s}}".formatted(pod)));
  }
}
