package io.tidecaster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.crd.v1alpha1.ScalerFile;
import io.tidecaster.workload.Scaler;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoFleetTest {

  @ParameterizedTest
  @CsvSource({
    // (0.5 × 100 − 3) mcores ÷ 2 mcore seconds = 23.5 requests a second under the HPA
    "0, 2", // minReplicas
    "40, 2",
    "122, 6", // ceil(122 ÷ 23.5)
    "1000, 10" // maxReplicas
  })
  void beginsWithWhatAnHpaHasComeTo(double load, int replicas) throws IOException {
    assertThat(DemoFleet.replicasUnderHpa(scaler(), 0.5, load)).isEqualTo(replicas);
  }

  private static Scaler scaler() throws IOException {
    try (InputStream yaml = DemoFleetTest.class.getResourceAsStream("/demo/crm.yaml")) {
      return ScalerFile.read("demo/crm.yaml", Objects.requireNonNull(yaml)).scalers().getFirst();
    }
  }
}
