package io.tidecaster.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Which Tidecaster this is, as the build wrote it down.
 *
 * @param commit the commit it was built from, or {@link #UNKNOWN} where there was no repository
 */
public record Build(String version, String commit) {
  public static final String UNKNOWN = "unknown";

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|" + UNKNOWN);

  public Build {
    if (version.isBlank()) {
      throw new IllegalArgumentException("the build has no version; build with Maven");
    }
    if (!COMMIT.matcher(commit).matches()) {
      throw new IllegalArgumentException(
          "commit %s is neither 40 hexadecimal digits nor %s; build with -Dgit.commit.id=…"
              .formatted(commit, UNKNOWN));
    }
  }

  /** This one. */
  public static Build current() {
    try (InputStream written = Build.class.getResourceAsStream("build.properties")) {
      if (written == null) {
        throw new IllegalStateException("build.properties is missing from the build");
      }
      Properties properties = new Properties();
      properties.load(written);
      return new Build(properties.getProperty("version", ""), properties.getProperty("commit", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
