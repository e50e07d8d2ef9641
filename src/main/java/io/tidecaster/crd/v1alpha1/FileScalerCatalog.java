package io.tidecaster.crd.v1alpha1;

import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerCatalog;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.ScalerRoster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * The scalers of a {@link ScalerFile}, read again when a file's time or size changes. A change that
 * is not right in every document, or leaves none, is refused as a whole, and logged: the scalers
 * stay as they were, rather than that a slip of the pen ends one.
 */
public final class FileScalerCatalog implements ScalerCatalog, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(FileScalerCatalog.class);

  private final Path path;
  private final ScalerRoster roster;
  private final Thread watch;
  private Map<Path, Stamp> seen;

  private record Stamp(long modifiedMillis, long bytes) {}

  private FileScalerCatalog(Path path, Duration every, ScalerRoster roster, Map<Path, Stamp> seen) {
    this.path = path;
    this.roster = roster;
    this.seen = seen;
    this.watch = Thread.ofVirtual().name("scaler-file").unstarted(() -> watch(every));
  }

  /**
   * Reads the scalers and looks for changes from then on.
   *
   * @param every how often the files' times are looked at
   * @throws IOException where the path cannot be read
   * @throws IllegalArgumentException where a document is not right; the message has a line for each
   *     error
   */
  public static FileScalerCatalog open(Path path, Duration every) throws IOException {
    Map<Path, Stamp> stamps = stamps(path);
    var catalog = new FileScalerCatalog(path, every, ScalerRoster.of(readWhole(path)), stamps);
    catalog.watch.start();
    return catalog;
  }

  private static List<Scaler> readWhole(Path path) throws IOException {
    var contents = ScalerFile.read(path);
    if (!contents.problems().isEmpty()) {
      throw new IllegalArgumentException(contents.problemText());
    }
    if (contents.scalers().isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no %s; give one".formatted(path, ResourceReader.KIND));
    }
    return contents.scalers();
  }

  private void watch(Duration every) {
    try {
      while (true) {
        Thread.sleep(every);
        refresh();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks for a change now. */
  synchronized void refresh() {
    try {
      Map<Path, Stamp> stamps = stamps(path);
      if (!stamps.equals(seen)) {
        seen = stamps;
        roster.replaceAll(readWhole(path));
        LOG.infof("%s changed: %d scalers", path, roster.scalers().size());
      }
    } catch (IllegalArgumentException e) {
      LOG.errorf(
          "%s changed and is not right; its scalers stay as they were:%n%s", path, e.getMessage());
    } catch (IOException e) {
      if (!seen.isEmpty()) {
        seen = Map.of();
        LOG.errorf("%s cannot be read (%s); its scalers stay as they were", path, e);
      }
    }
  }

  private static Map<Path, Stamp> stamps(Path path) throws IOException {
    Map<Path, Stamp> stamps = new TreeMap<>();
    for (Path file : ScalerFile.files(path)) {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      stamps.put(file, new Stamp(attributes.lastModifiedTime().toMillis(), attributes.size()));
    }
    return stamps;
  }

  @Override
  public Collection<Scaler> scalers() {
    return roster.scalers();
  }

  @Override
  public Optional<Scaler> find(ScalerId id) {
    return roster.find(id);
  }

  @Override
  public Subscription onChange(Listener listener) {
    return roster.onChange(listener);
  }

  /** Looks for changes no more. */
  @Override
  public void close() {
    watch.interrupt();
  }
}
