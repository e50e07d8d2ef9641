package io.tidecaster.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The YAML of a page of the documentation, so that what the page says is what is tried. */
public final class DocumentedYaml {
  private DocumentedYaml() {}

  /** The block of the page that begins with {@code # name}. */
  public static String of(Path page, String name) {
    String text;
    try {
      text = Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Matcher block =
        Pattern.compile("```yaml\\n# " + Pattern.quote(name) + "\\n(.*?)```", Pattern.DOTALL)
            .matcher(text);
    if (!block.find()) {
      throw new AssertionError(page + " has no block of YAML that begins with # " + name);
    }
    return block.group(1);
  }
}
