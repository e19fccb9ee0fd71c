package dev.weir.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The last step of {@code -Pfaults}: what every class of fault has cost. */
@Tag("fault-run")
class FaultRunTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)`");

  /** Those about the table itself, not about a fault. */
  private static final Set<String> ABOUT =
      Set.of("FaultTableTest", "FaultRunTest", "ArchitectureTest");

  private static Instant start() {
    String start = System.getProperty("weir.build.start");
    return start == null ? Instant.EPOCH : Instant.parse(start);
  }

  private static Set<String> named() throws IOException {
    var named = new TreeSet<String>();
    NAMED
        .matcher(Files.readString(ROOT.resolve("docs").resolve("faults.md")))
        .results()
        .forEach(found -> named.add(found.group(1)));
    named.removeAll(ABOUT);
    return named;
  }

  private static boolean isOfThisRun(Path file) {
    try {
      return file.endsWith(Path.of("target", "faults.txt"))
          && !Files.getLastModifiedTime(file).toInstant().isBefore(start());
    } catch (IOException gone) {
      return false;
    }
  }

  @Test
  void every_class_that_the_table_names_has_run_and_passed_and_tells_its_counts()
      throws IOException {
    var lines = new TreeSet<String>();
    try (Stream<Path> files = Files.find(ROOT, 5, (file, _) -> isOfThisRun(file))) {
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    Set<String> named = named();
    System.out.printf("%d classes of faults, %d lines of counts%n", named.size(), lines.size());
    lines.forEach(System.out::println);
    String ran = "\n" + SurefireReport.passedSince(start(), ROOT);
    List<String> missing = named.stream().filter(test -> !ran.contains("\n" + test + "#")).toList();
    assertThat(missing).as("named in docs/faults.md, but not run").isEmpty();
    assertThat(lines).hasSizeGreaterThan(10);
  }
}
