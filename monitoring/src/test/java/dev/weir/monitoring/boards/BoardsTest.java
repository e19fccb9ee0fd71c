package dev.weir.monitoring.boards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitoring.telemetry.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds board and rules to the table of metrics; {@code -Ddocs.write=true} writes them anew. */
class BoardsTest {

  private static final Path DOCKER = Path.of("..", "docker");
  private static final Path BOARD = DOCKER.resolve("grafana/dashboards/weir.json");
  private static final Path RULES = DOCKER.resolve("prometheus/weir-rules.yaml");
  private static final Pattern METRIC = Pattern.compile("\\b(?:weir|db_client)_[a-z_]+\\b");

  @Test
  void the_board_shows_every_metric_as_the_table_has_it() throws IOException {
    String board = Board.json();
    write(BOARD, board);
    assertThat(BOARD).hasContent(board);
    assertThat(board).contains(Stream.of(Metric.values()).map(Query::name).toList());
  }

  @Test
  void the_rules_are_those_of_the_table() throws IOException {
    String rules = Rules.yaml();
    write(RULES, rules);
    assertThat(RULES).hasContent(rules);
  }

  @Test
  void no_query_asks_for_what_nobody_exports() {
    Set<String> exported = new TreeSet<>();
    for (Metric metric : Metric.values()) {
      if (metric.kind() == Metric.Kind.HISTOGRAM) {
        exported.add(Query.name(metric) + "_bucket");
      } else {
        exported.add(Query.name(metric));
      }
      exported.addAll(Query.labels(metric));
    }
    Set<String> asked =
        Stream.concat(
                Stream.of(Metric.values()).map(Query::of),
                Rules.yaml().lines().filter(it -> it.contains("expr:")))
            .flatMap(it -> METRIC.matcher(it).results().map(found -> found.group()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(asked).isNotEmpty().isSubsetOf(exported);
    Set<String> recorded =
        Stream.of(Metric.values())
            .filter(it -> it.kind() == Metric.Kind.HISTOGRAM)
            .map(Rules::recorded)
            .collect(Collectors.toSet());
    assertThat(Rules.alerts())
        .filteredOn(it -> it.expression().startsWith("weir:"))
        .isNotEmpty()
        .allSatisfy(it -> assertThat(recorded).contains(it.expression().split(" ", -1)[0]));
  }

  /** Prometheus' own judgement, where its tool is installed. */
  @Test
  void prometheus_takes_the_rules(@TempDir Path directory)
      throws IOException, InterruptedException {
    Path rules = Files.writeString(directory.resolve("rules.yaml"), Rules.yaml());
    var said = Promtool.run(null, "check", "rules", rules.toString());
    Assumptions.assumeTrue(said.isPresent(), "promtool is not installed");
    assertThat(said.orElseThrow().exit()).as(said.orElseThrow().words()).isZero();
  }

  private static void write(Path file, String text) throws IOException {
    if (Boolean.getBoolean("docs.write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
  }
}
