package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of faults names tests that there are, and a reason where there is none. */
class FaultTableTest {

  private static final Path HOUSE = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)`");

  private static final String TAG = "@Tag(\"faults\")\n";

  /** Those about the table itself, not about a fault. */
  private static final Set<String> ABOUT =
      Set.of("FaultTableTest", "FaultRunTest", "ArchitectureTest");

  private static Set<String> tests(Predicate<Path> which) throws IOException {
    try (Stream<Path> files =
        Files.find(HOUSE, 16, (path, _) -> path.toString().endsWith("Test.java"))) {
      return files
          .filter(which)
          .map(path -> path.getFileName().toString().replace(".java", ""))
          .collect(Collectors.toSet());
    }
  }

  private static boolean isTagged(Path test) {
    try {
      return Files.readString(test).contains(TAG);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String table() throws IOException {
    return Files.readString(HOUSE.resolve("docs").resolve("faults.md"));
  }

  private static Set<String> named() throws IOException {
    return NAMED
        .matcher(table())
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  @Test
  void names_exactly_the_tests_that_run_with_the_faults() throws IOException {
    Set<String> faults = new HashSet<>(named());
    faults.removeAll(ABOUT);
    assertThat(tests(FaultTableTest::isTagged)).containsExactlyInAnyOrderElementsOf(faults);
  }

  @Test
  void names_tests_that_exist_and_says_why_where_there_is_none() throws IOException {
    String table = table();
    assertThat(named()).hasSizeGreaterThan(20);
    assertThat(tests(_ -> true)).containsAll(named());
    assertThat(table.lines().filter(line -> line.endsWith("| – |")))
        .isNotEmpty()
        .allMatch(line -> line.contains("not built"));
    assertThat(table.lines().filter(line -> line.startsWith("| ") && !line.startsWith("| fault")))
        .allMatch(line -> line.endsWith("| – |") || NAMED.matcher(line).results().count() > 0);
  }
}
