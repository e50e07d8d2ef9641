package io.tidecaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolsTest {
  @TempDir Path cache;

  @Test
  void findsAProgramWhereThePropertiesSay() throws IOException {
    Path program = executable("bin/haproxy");
    Path file = properties("haproxy=" + program);

    assertEquals(program, Tools.read(file).haproxy());
  }

  @Test
  void findsABinaryOfTheControlPlaneInItsDirectory() throws IOException {
    Path program = executable("bin/etcd");
    Path file = properties("controlplane.bin=" + cache.resolve("bin"));

    assertEquals(program, Tools.read(file).controlPlane("etcd"));
  }

  @Test
  void namesTheRemedyWhereNothingIsSetUp() {
    refuses(() -> Tools.read(cache.resolve("tools.properties")), "tools.properties is missing");
  }

  @Test
  void namesTheRemedyWhereAToolIsNotListed() throws IOException {
    Tools tools = Tools.read(properties(""));

    refuses(tools::chromedriver, "chromedriver is missing from");
  }

  @Test
  void namesTheRemedyWhereAProgramIsGone() throws IOException {
    Tools tools = Tools.read(properties("prometheus=" + cache.resolve("gone")));

    refuses(tools::prometheus, "gone (prometheus in");
  }

  private static void refuses(Runnable question, String what) {
    String message =
        String.valueOf(assertThrows(IllegalStateException.class, question::run).getMessage());
    assertTrue(message.contains(what), message);
    assertTrue(message.endsWith("run src/test/tools/setup.sh"), message);
  }

  private Path properties(String text) throws IOException {
    return Files.writeString(cache.resolve("tools.properties"), text);
  }

  private Path executable(String name) throws IOException {
    Path file = cache.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }
}
