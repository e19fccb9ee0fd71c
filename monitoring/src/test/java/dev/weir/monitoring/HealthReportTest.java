package dev.weir.monitoring;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitoring.Health.Status;
import dev.weir.monitoring.HealthMonitor.Kind;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class HealthReportTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Health UP = new Health.Up("memory", Evidence.of("percent", 12));
  private static final Health SLOW =
      new Health.Degraded(
          "pool", "5 \"callers\" wait\n", Evidence.of("in use", 8).and("max", 8), "raise pool.max");
  private static final Health GONE =
      new Health.Down("mail", "refused", Evidence.of("port", 25), "start it");

  private static final HealthHistory CALM = new HealthHistory(NOON, true, "", List.of());

  private static MonitorReport part(String name, Kind kind, Health health) {
    return part(name, kind, health, CALM, List.of());
  }

  private static MonitorReport part(
      String name, Kind kind, Health health, HealthHistory history, List<String> readiness) {
    var groups = HealthGroup.of(name, kind, readiness);
    return new MonitorReport(
        name, kind, groups, health, NOON, ofMillis(1_500), ofMillis(7), history);
  }

  private static HealthReport report(MonitorReport... parts) {
    return new HealthReport(NOON, List.of(parts), "");
  }

  private static Health unknown() {
    return new Health.Unknown("x", "it hangs", Evidence.of("timeout", 2), "wait");
  }

  @Nested
  class The_overall_status {

    @Test
    void is_the_worst_of_the_parts_that_count() {
      var report =
          report(
              part("memory", Kind.LIVENESS, UP),
              part("pool", Kind.DEPENDENCY, SLOW),
              part("mail", Kind.INFORMATIONAL, GONE));
      assertThat(report.status()).isEqualTo(Status.DEGRADED);
    }

    @Test
    void is_up_when_nothing_is_watched() {
      assertThat(report().status()).isEqualTo(Status.UP);
    }
  }

  @Nested
  class A_group {

    @Test
    void of_liveness_holds_no_dependency_and_fails_only_when_down() {
      var report = report(part("threads", Kind.LIVENESS, UP), part("mail", Kind.READINESS, GONE));
      assertThat(report.status(HealthGroup.LIVENESS)).isEqualTo(Status.UP);
      assertThat(report.passes(HealthGroup.LIVENESS)).isTrue();
      assertThat(report(part("x", Kind.LIVENESS, unknown())).passes(HealthGroup.LIVENESS)).isTrue();
      assertThat(report(part("x", Kind.LIVENESS, GONE)).passes(HealthGroup.LIVENESS)).isFalse();
    }

    @Test
    void of_readiness_holds_who_says_so_and_no_dependency() {
      var report =
          report(part("mail", Kind.READINESS, GONE), part("database", Kind.DEPENDENCY, UP));
      assertThat(report.status(HealthGroup.READINESS)).isEqualTo(Status.DOWN);
      assertThat(report.passes(HealthGroup.READINESS)).isFalse();
      var dependency = report(part("database", Kind.DEPENDENCY, GONE));
      assertThat(dependency.status()).isEqualTo(Status.DOWN);
      assertThat(dependency.passes(HealthGroup.READINESS)).isTrue();
    }

    @Test
    void of_readiness_that_is_named_holds_those_alone() {
      var named = List.of("database");
      var report =
          report(
              part("mail", Kind.READINESS, GONE, CALM, named),
              part("database", Kind.DEPENDENCY, SLOW, CALM, named));
      assertThat(report.status(HealthGroup.READINESS)).isEqualTo(Status.DEGRADED);
      assertThat(report.passes(HealthGroup.READINESS)).isTrue();
      assertThat(
              report(part("database", Kind.DEPENDENCY, unknown(), CALM, named))
                  .passes(HealthGroup.READINESS))
          .isFalse();
    }

    @Test
    void of_readiness_fails_while_traffic_is_refused_and_nothing_else_does() {
      var report = new HealthReport(NOON, List.of(part("mail", Kind.READINESS, UP)), "it drains");
      assertThat(report.passes(HealthGroup.READINESS)).isFalse();
      assertThat(report.passes(HealthGroup.LIVENESS)).isTrue();
      assertThat(report.passes(HealthGroup.STARTUP)).isTrue();
      assertThat(report.status()).isEqualTo(Status.UP);
      assertThat(report.toJson(HealthGroup.READINESS))
          .isEqualTo(
              """
              {"status":"OUT_OF_SERVICE","cause":"it drains",\
              "components":{"mail":{"status":"UP"}}}""");
      assertThat(report.text())
          .startsWith("UP at 2026-01-01T12:00:00Z, refuses traffic: it drains");
    }

    @Test
    void of_start_up_passes_for_good_once_each_was_up() {
      var never = new HealthHistory(NOON, false, "", List.of());
      var starting = report(part("mail", Kind.READINESS, unknown(), never, List.of()));
      assertThat(starting.passes(HealthGroup.STARTUP)).isFalse();
      assertThat(report(part("mail", Kind.READINESS, GONE)).passes(HealthGroup.STARTUP)).isTrue();
      assertThat(
              report(part("database", Kind.DEPENDENCY, unknown(), never, List.of()))
                  .passes(HealthGroup.STARTUP))
          .as("a dependency that nobody asked for")
          .isTrue();
    }
  }

  @Nested
  class As_json {

    private final HealthChange change =
        new HealthChange("pool", Status.UP, Status.DEGRADED, NOON, "busy", ofSeconds(90));
    private final HealthReport report =
        report(
            part("memory", Kind.LIVENESS, UP),
            part(
                "pool",
                Kind.READINESS,
                SLOW,
                new HealthHistory(NOON, true, "UP, 1 of 2", List.of(change)),
                List.of()));

    @Test
    void it_has_these_fields_in_this_order() {
      assertThat(report.toJson())
          .isEqualTo(
              """
              {"status":"DEGRADED","checkedAt":"2026-01-01T12:00:00Z",\
              "probes":{"liveness":"UP","readiness":"DEGRADED","startup":"UP"},\
              "components":{\
              "memory":{"status":"UP","details":{"kind":"LIVENESS","evidence":{"percent":"12"},\
              "ageMs":1500,"durationMs":7,"since":"2026-01-01T12:00:00Z"}},\
              "pool":{"status":"DEGRADED","details":{"kind":"READINESS",\
              "cause":"5 \\"callers\\" wait\\n","evidence":{"in use":"8","max":"8"},\
              "mend":"raise pool.max","ageMs":1500,"durationMs":7,\
              "since":"2026-01-01T12:00:00Z","unsettled":"UP, 1 of 2",\
              "changes":[{"from":"UP","to":"DEGRADED","at":"2026-01-01T12:00:00Z",\
              "lastedMs":90000,"cause":"busy"}]}}}}""");
    }

    @Test
    void in_brief_it_has_statuses_and_nothing_else() {
      assertThat(report.toBriefJson())
          .isEqualTo(
              """
              {"status":"DEGRADED","checkedAt":"2026-01-01T12:00:00Z",\
              "probes":{"liveness":"UP","readiness":"DEGRADED","startup":"UP"},\
              "components":{"memory":{"status":"UP"},"pool":{"status":"DEGRADED"}}}""");
    }

    @Test
    void a_parser_reads_back_what_was_meant() {
      assertThat(parsed(report.toJson()))
          .containsEntry("components.pool.details.cause", SLOW.cause())
          .containsEntry("components.pool.details.evidence.max", "8")
          .containsEntry("components.pool.details.mend", SLOW.mend())
          .containsEntry("components.pool.details.ageMs", "1500");
    }
  }

  @Test
  void as_text_it_is_a_table_with_a_line_for_each_monitor() {
    var report = report(part("memory", Kind.LIVENESS, UP), part("pool", Kind.READINESS, SLOW));
    assertThat(report.text().lines())
        .containsExactly(
            "DEGRADED at 2026-01-01T12:00:00Z",
            "  memory  UP         1500 ms ago      7 ms  percent 12",
            "  pool    DEGRADED   1500 ms ago      7 ms  5 \"callers\" wait",
            " (in use 8, max 8); raise pool.max");
  }

  @Test
  void gives_the_part_of_a_monitor_by_its_name() {
    var report = report(part("mail", Kind.READINESS, GONE));
    assertThat(report.monitor("mail"))
        .get()
        .extracting(MonitorReport::age)
        .isEqualTo(ofMillis(1500));
    assertThat(report.monitor("post")).isEmpty();
    assertThat(ofSeconds(1)).isLessThan(report.monitors().getFirst().age());
  }

  /** The values in JSON as text, by their path; of an array the last. */
  static Map<String, String> parsed(String json) {
    var all = new LinkedHashMap<String, String>();
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      object(parser, "", all);
    }
    return all;
  }

  private static void object(JsonParser parser, String prefix, Map<String, String> into) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = prefix + parser.currentName();
      switch (parser.nextToken()) {
        case START_OBJECT -> object(parser, name + ".", into);
        case START_ARRAY -> {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            object(parser, name + ".", into);
          }
        }
        default -> into.put(name, parser.getString());
      }
    }
  }
}
