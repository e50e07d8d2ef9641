package io.tidecaster.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BuildTest {

  @Test
  void isTheVersionOfTheProject() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains(
            "<artifactId>tidecaster</artifactId>\n  <version>%s<"
                .formatted(Build.current().version()));
  }

  @Test
  void knowsItsCommitInACheckoutAndSaysSoElsewhere() {
    boolean checkout = Files.exists(Path.of(".git"));

    assertThat(Build.current().commit().equals(Build.UNKNOWN)).isEqualTo(!checkout);
  }

  @Test
  void refusesWhatTheBuildLeftOut() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Build("0.1.0", "${git.commit.id}"))
        .withMessageContaining("-Dgit.commit.id=");
    assertThatIllegalArgumentException().isThrownBy(() -> new Build(" ", Build.UNKNOWN));
  }
}
