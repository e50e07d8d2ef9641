package io.tidecaster.demo;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/** Where a demo with a data directory stopped, so that the next one goes on from there. */
public final class DemoState {
  private static final String TIME = "time";
  private static final String REPLICAS = "replicas";
  private static final String LOAD = "load";

  /** Where an earlier demo stopped. */
  public record Stopped(Instant at, int replicas) {}

  private final Optional<Path> file;
  private final String load;

  private DemoState(Optional<Path> file, String load) {
    this.file = file;
    this.load = load;
  }

  /** Keeps nothing. */
  public static DemoState none() {
    return new DemoState(Optional.empty(), "");
  }

  /**
   * Keeps the state in this directory.
   *
   * @param load names the load that is played: another one's state is not gone on from
   */
  public static DemoState in(Path directory, String load) {
    return new DemoState(Optional.of(directory.resolve("demo.properties")), load);
  }

  /**
   * Where the demo in this directory stopped.
   *
   * @throws IllegalArgumentException where another load was played there
   */
  public Optional<Stopped> stopped() {
    if (file.isEmpty() || !Files.exists(file.get())) {
      return Optional.empty();
    }
    Properties kept = new Properties();
    try (Reader reader = Files.newBufferedReader(file.get())) {
      kept.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read".formatted(file.get()), e);
    }
    if (!load.equals(kept.getProperty(LOAD))) {
      throw new IllegalArgumentException(
          "%s holds a demo of %s, not of %s; give another --data"
              .formatted(file.get().getParent(), kept.getProperty(LOAD), load));
    }
    return Optional.of(
        new Stopped(
            Instant.parse(kept.getProperty(TIME)), Integer.parseInt(kept.getProperty(REPLICAS))));
  }

  void keep(Instant now, int replicas) throws IOException {
    if (file.isEmpty()) {
      return;
    }
    Properties state = new Properties();
    state.setProperty(TIME, now.toString());
    state.setProperty(REPLICAS, Integer.toString(replicas));
    state.setProperty(LOAD, load);
    Path fresh = file.get().resolveSibling("demo.properties.new");
    try (Writer writer = Files.newBufferedWriter(fresh)) {
      state.store(writer, null);
    }
    Files.move(
        fresh, file.get(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
