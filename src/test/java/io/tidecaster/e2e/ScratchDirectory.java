package io.tidecaster.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for data nobody will miss: certificates, an etcd, a browser's profile. */
record ScratchDirectory(Path path) implements AutoCloseable {

  static ScratchDirectory create(String name) {
    try {
      return new ScratchDirectory(Files.createTempDirectory("tidecaster-" + name + "-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file that only this user may read: some hold tokens and keys. */
  Path write(String name, String text) {
    Path file = path.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  Path directory(String name) {
    try {
      return Files.createDirectories(path.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Best effort: a file that stays behind in the temporary directory fails no test. */
  @Override
  public void close() {
    List<Path> content;
    try (Stream<Path> walk = Files.walk(path)) {
      content = walk.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException | UncheckedIOException e) {
      return;
    }
    for (Path file : content) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // A process that is just dying may still hold or write it.
      }
    }
  }
}
