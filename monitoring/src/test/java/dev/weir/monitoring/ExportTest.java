package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.TelemetryConfig;
import dev.weir.config.TelemetryConfig.Target;
import dev.weir.monitoring.boards.Promtool;
import dev.weir.monitoring.micrometer.WeirMetrics;
import dev.weir.tasks.TaskListener.Outcome;
import dev.weir.testkit.Await;
import dev.weir.testkit.TestDatabase;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same figures, wherever they go. */
class ExportTest extends ObservedTest {

  /** What each telemetry clocks by itself, or was told of before it had a registry. */
  private static final Pattern APART =
      Pattern.compile(
          "weir\\.health\\.check\\..*|db\\.client\\.operation\\.duration|db\\.client\\.connection\\.create_time"
              + "|.*weir\\.task\\.name=(health-fine|weir-[a-z-]+).*");

  /** Of a second telemetry, told the same things as the first. */
  private static Telemetry micrometer() {
    return Telemetry.open(
        OpenTelemetry.noop(), TelemetryConfig.defaults().target(Target.MICROMETER));
  }

  private static Map<String, String> inOpenTelemetry(Collection<MetricData> all) {
    var lines = new TreeMap<String, String>();
    for (MetricData metric : all) {
      for (PointData point : metric.getData().getPoints()) {
        String series = metric.getName() + tags(point.getAttributes());
        lines.put(series, isApart(metric.getName(), series) ? "some" : value(point));
      }
    }
    return lines;
  }

  private static boolean isApart(String name, String series) {
    return APART.matcher(name).matches() || APART.matcher(series).matches();
  }

  private static String value(PointData point) {
    return switch (point) {
      case HistogramPointData it -> "%s %.6f".formatted(cumulated(it), it.getSum());
      case io.opentelemetry.sdk.metrics.data.LongPointData it -> "" + (double) it.getValue();
      case io.opentelemetry.sdk.metrics.data.DoublePointData it -> "" + it.getValue();
      default -> throw new AssertionError(point);
    };
  }

  private static List<Long> cumulated(HistogramPointData point) {
    long[] counts = point.getCounts().stream().mapToLong(Long::longValue).toArray();
    Arrays.parallelPrefix(counts, Long::sum);
    return Arrays.stream(counts).boxed().toList();
  }

  private static String tags(Attributes attributes) {
    return attributes.asMap().entrySet().stream()
        .map(it -> it.getKey().getKey() + "=" + it.getValue())
        .collect(Collectors.toCollection(TreeSet::new))
        .toString();
  }

  private static Map<String, String> inMicrometer(MeterRegistry registry) {
    registry.getMeters().forEach(ExportTest::value); // the first look finds new series
    var lines = new TreeMap<String, String>();
    for (Meter meter : registry.getMeters()) {
      String series = meter.getId().getName() + tags(meter.getId().getTags());
      if (!isEmpty(meter)) {
        lines.put(series, isApart(meter.getId().getName(), series) ? "some" : value(meter));
      }
    }
    return lines;
  }

  /** Where nothing was recorded, OpenTelemetry has no series. */
  private static boolean isEmpty(Meter meter) {
    return meter instanceof Timer timer
        && timer.count() == 0
        && !APART.matcher(meter.getId().getName() + tags(meter.getId().getTags())).matches()
        && !APART.matcher(meter.getId().getName()).matches();
  }

  private static String tags(List<Tag> tags) {
    return tags.stream()
        .filter(it -> !it.getValue().equals("none") || it.getKey().equals("weir.bulkhead"))
        .map(it -> it.getKey() + "=" + it.getValue())
        .collect(Collectors.toCollection(TreeSet::new))
        .toString();
  }

  private static String value(Meter meter) {
    return switch (meter) {
      case Timer it -> "%s %.6f".formatted(cumulated(it), it.totalTime(TimeUnit.SECONDS));
      case FunctionCounter it -> "" + it.count();
      case Gauge it -> "" + it.value();
      default -> throw new AssertionError(meter);
    };
  }

  private static List<Long> cumulated(Timer timer) {
    List<Long> counts =
        new java.util.ArrayList<>(
            Arrays.stream(timer.takeSnapshot().histogramCounts())
                .map(CountAtBucket::count)
                .map(Math::round)
                .toList());
    if (counts.size() == timer.takeSnapshot().histogramCounts().length && !isInfinite(timer)) {
      counts.add(timer.count());
    }
    return counts;
  }

  private static boolean isInfinite(Timer timer) {
    CountAtBucket[] all = timer.takeSnapshot().histogramCounts();
    return all.length > 0 && Double.isInfinite(all[all.length - 1].bucket());
  }

  @Nested
  class A_micrometer_registry {

    @Test
    void has_the_names_tags_and_values_that_opentelemetry_has(TestDatabase database) {
      var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      Telemetry second = micrometer();
      try (House house =
              House.open(
                  House.config(database), Telemetry.open(sdk, TelemetryConfig.defaults()), second);
          HealthRegistry health = registry(house, second, monitor(Health.up("fine")))) {
        health.refresh();
        house.observe(health);
        second.observe(house.observed(health));
        new WeirMetrics(second).bindTo(registry);
        Bustle.in(house, second);
        Await.until(
            PATIENCE,
            () ->
                "the same in both; Micrometer "
                    + inMicrometer(registry)
                    + "\nOpenTelemetry "
                    + inOpenTelemetry(reader.collectAllMetrics()),
            () -> inMicrometer(registry).equals(inOpenTelemetry(reader.collectAllMetrics())));
        assertThat(
                registry.getMeters().stream()
                    .map(it -> it.getId().getName())
                    .collect(Collectors.toSet()))
            .isEqualTo(Convention.all().keySet());
        second.close();
      }
    }

    @Test
    void has_them_alone_from_then_on(TestDatabase database) {
      try (House house = open(database)) {
        borrow(house.connections(), 3);
        assertThat(value(reader, "weir.gate.admitted", "weir.gate", "primary")).isEqualTo(3);
        new WeirMetrics(house.telemetry()).bindTo(new SimpleMeterRegistry());
        house.telemetry().taskListener().finished("late", Outcome.SUCCEEDED, 1, null);
        assertThat(inOpenTelemetry(reader.collectAllMetrics()).keySet())
            .noneMatch(it -> it.startsWith("weir.gate.admitted"))
            .noneMatch(it -> it.contains("weir.task.name=late"));
      }
    }

    @Test
    void is_refused_where_the_settings_want_the_metrics_elsewhere(TestDatabase database) {
      for (Target target : List.of(Target.OTEL, Target.NONE)) {
        Telemetry telemetry = Telemetry.open(sdk, TelemetryConfig.defaults().target(target));
        assertThatThrownBy(() -> new WeirMetrics(telemetry).bindTo(new SimpleMeterRegistry()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("telemetry.target is " + target);
      }
      assertThatThrownBy(() -> new WeirMetrics(micrometer()).bindTo(new SimpleMeterRegistry()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("bind the registry when Weir has started");
      try (House house = open(database)) {
        var metrics = new WeirMetrics(house.telemetry());
        metrics.bindTo(new SimpleMeterRegistry());
        assertThatThrownBy(() -> metrics.bindTo(new SimpleMeterRegistry()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("composite");
      }
    }

    @Test
    void of_prometheus_writes_the_samples_that_weir_writes(TestDatabase database) {
      var prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      try (House house = House.open(House.config(database), micrometer())) {
        HealthRegistry health = registry(house, monitor(Health.up("fine")));
        health.refresh();
        house.observe(health);
        new WeirMetrics(house.telemetry()).bindTo(prometheus);
        Bustle.in(house);
        var _ = prometheus.scrape();
        Set<String> theirs = names(prometheus.scrape());
        theirs.removeIf(it -> it.endsWith("_max") && !it.equals("db_client_connection_max"));
        assertThat(names(house.telemetry().prometheus())).isEqualTo(theirs);
      }
    }
  }

  private static Set<String> names(String text) {
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Nested
  class The_text_for_prometheus {

    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final String LABEL =
        "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    private static final Pattern SAMPLE =
        Pattern.compile(
            NAME + "(?:\\{" + LABEL + "(?:," + LABEL + ")*\\})? [-+]?(?:\\d[\\d.E+-]*|Inf|NaN)");
    private static final Pattern COMMENT =
        Pattern.compile("# (?:HELP " + NAME + " .+|TYPE " + NAME + " (?:counter|gauge|histogram))");

    @Test
    void keeps_to_its_grammar_and_has_every_metric_without_any_library(TestDatabase database) {
      try (House house = observed(House.open(House.config(database)))) {
        Bustle.in(house);
        String text = house.telemetry().prometheus();
        assertThat(text.lines())
            .allMatch(line -> SAMPLE.matcher(line).matches() || COMMENT.matcher(line).matches());
        assertThat(text).endsWith("\n");
        assertThat(
                text.lines()
                    .filter(line -> line.startsWith("# TYPE"))
                    .map(line -> line.split(" ", -1)[2]))
            .doesNotHaveDuplicates()
            .hasSize(Convention.all().size())
            .contains(
                "weir_gate_admitted_total",
                "db_client_connection_wait_time_seconds",
                "db_client_connection_count");
        assertThat(text)
            .contains("weir_task_dead_letters_total{weir_task_name=\"bad\"} 1\n")
            .containsPattern(
                "db_client_connection_wait_time_seconds_bucket\\{.*weir_lane=\"batch\",le=\"0.005\"} 1\n")
            .doesNotContain("password=");
      }
    }

    /** It would say 1; 3 is that it dislikes a name, such as {@code ..._count} of a gauge. */
    @Test
    void is_read_by_prometheus_own_tool(TestDatabase database, @TempDir Path directory)
        throws IOException, InterruptedException {
      try (House house = observed(House.open(House.config(database)))) {
        Bustle.in(house);
        Path text =
            Files.writeString(directory.resolve("metrics.txt"), house.telemetry().prometheus());
        var said = Promtool.run(text, "check", "metrics");
        Assumptions.assumeTrue(said.isPresent(), "promtool is not installed");
        assertThat(said.orElseThrow().exit()).as(said.orElseThrow().words()).isIn(0, 3);
      }
    }

    @Test
    void is_empty_before_anything_is_observed(TestDatabase database) {
      try (House house = House.open(House.config(database))) {
        assertThat(house.telemetry().prometheus()).isEmpty();
      }
    }

    @Test
    void shows_a_name_whatever_is_in_it(TestDatabase database) {
      try (House house = observed(House.open(House.config(database)))) {
        house.telemetry().taskListener().finished("a \"b\"\\\n}", Outcome.SUCCEEDED, 1, null);
        assertThat(house.telemetry().prometheus())
            .contains("weir_task_name=\"a \\\"b\\\"\\\\\\n}\"")
            .matches(
                text ->
                    text.lines().allMatch(l -> l.startsWith("#") || SAMPLE.matcher(l).matches()));
      }
    }
  }

  @Test
  void ten_thousand_names_of_tasks_and_events_are_fewer_than_two_thousand_series(
      TestDatabase database) {
    try (House house = open(database)) {
      for (int i = 0; i < 10_000; i++) {
        for (Outcome outcome : Outcome.values()) {
          house.telemetry().taskListener().finished("task-" + i, outcome, 1_000, null);
        }
        house.telemetry().taskListener().buried("task-" + i);
      }
      Collection<MetricData> all = reader.collectAllMetrics();
      assertThat(all.stream().mapToInt(it -> it.getData().getPoints().size()).sum())
          .isLessThan(2_000);
      assertThat(
              histogram(
                      reader, "weir.task.duration", "weir.task.name", "other", "weir.outcome", "ok")
                  .getCount())
          .isBetween(10_000L - 256, 10_000L - 240);
      assertThat(value(reader, "weir.task.dead_letters")).isEqualTo(10_000);
      assertThat(value(reader, "weir.telemetry.dropped", "weir.reason", "task_names")).isPositive();
    }
  }
}
