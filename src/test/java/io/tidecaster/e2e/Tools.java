package io.tidecaster.e2e;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where the programs are that the end-to-end tests start. {@code src/test/tools/setup.sh} brings
 * them and writes {@code tools.properties}; this class only reads it, in the same cache.
 */
public final class Tools {
  private static final String REMEDY = "run src/test/tools/setup.sh";

  private final Path file;
  private final Properties paths;

  private Tools(Path file, Properties paths) {
    this.file = file;
    this.paths = paths;
  }

  /** The tools of this machine. */
  public static Tools find() {
    return read(cache().resolve("tools.properties"));
  }

  static Tools read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalStateException(file + " is missing; " + REMEDY);
    }
    var paths = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      paths.load(reader);
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read; " + REMEDY, e);
    }
    return new Tools(file, paths);
  }

  /** The rule of setup.sh, in Java. */
  private static Path cache() {
    @Nullable String tools = System.getenv("TIDECASTER_TOOLS");
    if (tools != null && !tools.isEmpty()) {
      return Path.of(tools);
    }
    @Nullable String xdg = System.getenv("XDG_CACHE_HOME");
    if (xdg != null && !xdg.isEmpty()) {
      return Path.of(xdg, "tidecaster");
    }
    return Path.of(System.getProperty("user.home"), ".cache", "tidecaster");
  }

  /** One of etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok. */
  public Path controlPlane(String binary) {
    return executable("controlplane.bin", path("controlplane.bin").resolve(binary));
  }

  /** Helm, of the version that setup.sh pins. */
  public Path helm() {
    return executable("helm");
  }

  /** Where the manifests of prometheus-operator's custom resources are. */
  public Path customResources() {
    return path("crds");
  }

  /** The Prometheus server. */
  public Path prometheus() {
    return executable("prometheus");
  }

  /** Prometheus' own tool: checks rules and writes blocks of history. */
  public Path promtool() {
    return executable("promtool");
  }

  /** The load balancer. */
  public Path haproxy() {
    return executable("haproxy");
  }

  /** The browser. */
  public Path chromium() {
    return executable("chromium");
  }

  /** The browser's WebDriver server, of the browser's own version. */
  public Path chromedriver() {
    return executable("chromedriver");
  }

  private Path executable(String key) {
    return executable(key, path(key));
  }

  private Path executable(String key, Path path) {
    if (!Files.isExecutable(path)) {
      throw new IllegalStateException(
          path + " (" + key + " in " + file + ") cannot be run; " + REMEDY);
    }
    return path;
  }

  private Path path(String key) {
    @Nullable String path = paths.getProperty(key);
    if (path == null) {
      throw new IllegalStateException(key + " is missing from " + file + "; " + REMEDY);
    }
    return Path.of(path);
  }
}
