package dev.weir.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The README's own code, as it stands there. */
final class Readme {

  private static final Pattern FENCE =
      Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private Readme() {}

  /** The code blocks of that language, in order. */
  static List<String> blocks(String language) throws IOException {
    return FENCE
        .matcher(text())
        .results()
        .filter(block -> block.group(1).equals(language))
        .map((MatchResult block) -> block.group(2))
        .toList();
  }

  static String text() throws IOException {
    return Files.readString(root().resolve("README.md"));
  }

  static Path root() {
    return Path.of("").toAbsolutePath().getParent().getParent();
  }
}
