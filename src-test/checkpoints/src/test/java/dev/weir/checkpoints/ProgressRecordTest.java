package dev.weir.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The progress record names a test for what it calls shown; the build checks that it has run. */
class ProgressRecordTest {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
  private static final Pattern ROW =
      Pattern.compile("^\\| (\\w+(?:-\\d\\d)?) \\|(.*)\\|(.*)\\|(.*)\\|$", Pattern.MULTILINE);
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

  /** How many rows each family of promises has. */
  private static final Map<String, Integer> FAMILIES =
      Map.of("G", 18, "S", 7, "C", 8, "T", 17, "M", 12, "E", 15, "X", 6);

  private static final int SYSTEMS = 57;

  private static String record() throws IOException {
    return Files.readString(ROOT.resolve("ANALYSIS_3101.md"));
  }

  private static Stream<String> expectedIds() {
    return Stream.concat(
        FAMILIES.entrySet().stream()
            .flatMap(
                family ->
                    IntStream.rangeClosed(1, family.getValue())
                        .mapToObj(number -> family.getKey() + number)),
        IntStream.rangeClosed(1, SYSTEMS).mapToObj("SYS-%02d"::formatted));
  }

  @Test
  void it_has_one_line_for_each_promise_and_each_system() throws IOException {
    List<String> ids = ROW.matcher(record()).results().map(row -> row.group(1)).toList();
    List<String> expected = expectedIds().toList();
    assertThat(ids.stream().filter(expected::contains))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void every_test_it_names_has_run_and_passed() throws IOException {
    var named = new TreeMap<String, String>();
    ROW.matcher(record())
        .results()
        .flatMap(row -> TEST.matcher(row.group(4)).results())
        .forEach(test -> named.put(test.group(), test.group(1) + ":" + test.group(2)));
    assertThat(named).as("tests named in the record").isNotEmpty();
    String ran = "\n" + SurefireReport.passedSince(start(), ROOT);
    assertThat(named.values()).allSatisfy(test -> assertThat(ran).contains("\n" + passed(test)));
  }

  /** When this build began; outside Maven, where nobody says so, every report counts. */
  private static Instant start() {
    String start = System.getProperty("weir.build.start");
    return start == null ? Instant.EPOCH : Instant.parse(start);
  }

  private static String passed(String test) {
    String[] parts = test.split(":", 2);
    return parts[1].equals("null") ? parts[0] + "#" : parts[0] + "#" + parts[1] + "\n";
  }
}
