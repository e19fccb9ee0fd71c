package dev.weir.monitoring;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitoring.Health.Status;
import dev.weir.monitoring.HealthMonitor.Kind;
import java.time.Instant;
import java.util.ArrayList;
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

  private static MonitorReport part(String name, Kind kind, Health health) {
    return new MonitorReport(name, kind, health, NOON, ofMillis(1_500), ofMillis(7));
  }

  @Nested
  class The_overall_status {

    @Test
    void is_the_worst_of_the_parts_that_count() {
      var report =
          new HealthReport(
              NOON,
              List.of(
                  part("memory", Kind.LIVENESS, UP),
                  part("pool", Kind.READINESS, SLOW),
                  part("mail", Kind.INFORMATIONAL, GONE)));
      assertThat(report.status()).isEqualTo(Status.DEGRADED);
    }

    @Test
    void can_be_asked_for_one_kind() {
      var report =
          new HealthReport(
              NOON, List.of(part("memory", Kind.LIVENESS, UP), part("mail", Kind.READINESS, GONE)));
      assertThat(report.status(Kind.LIVENESS)).isEqualTo(Status.UP);
      assertThat(report.status(Kind.READINESS)).isEqualTo(Status.DOWN);
    }

    @Test
    void is_up_when_nothing_is_watched() {
      assertThat(new HealthReport(NOON, List.of()).status()).isEqualTo(Status.UP);
    }
  }

  @Nested
  class As_json {

    private final HealthReport report =
        new HealthReport(
            NOON, List.of(part("memory", Kind.LIVENESS, UP), part("pool", Kind.READINESS, SLOW)));

    @Test
    void it_has_these_fields_in_this_order() {
      assertThat(report.toJson())
          .isEqualTo(
              """
              {"status":"DEGRADED","checkedAt":"2026-01-01T12:00:00Z","monitors":[\
              {"name":"memory","kind":"LIVENESS","status":"UP","evidence":{"percent":"12"},\
              "ageMs":1500,"durationMs":7},\
              {"name":"pool","kind":"READINESS","status":"DEGRADED",\
              "cause":"5 \\"callers\\" wait\\n","evidence":{"in use":"8","max":"8"},\
              "mend":"raise pool.max","ageMs":1500,"durationMs":7}]}""");
    }

    @Test
    void a_parser_reads_back_what_was_meant() {
      Map<String, String> pool = parsed(report.toJson()).get(1);
      assertThat(pool)
          .containsEntry("name", "pool")
          .containsEntry("cause", SLOW.cause())
          .containsEntry("evidence.max", "8")
          .containsEntry("mend", SLOW.mend())
          .containsEntry("ageMs", "1500");
    }
  }

  @Test
  void as_text_it_is_a_table_with_a_line_for_each_monitor() {
    var report =
        new HealthReport(
            NOON, List.of(part("memory", Kind.LIVENESS, UP), part("pool", Kind.READINESS, SLOW)));
    assertThat(report.text().lines())
        .containsExactly(
            "DEGRADED at 2026-01-01T12:00:00Z",
            "  memory  UP         1500 ms ago      7 ms  percent 12",
            "  pool    DEGRADED   1500 ms ago      7 ms  5 \"callers\" wait",
            " (in use 8, max 8); raise pool.max");
  }

  @Test
  void gives_the_part_of_a_monitor_by_its_name() {
    var report = new HealthReport(NOON, List.of(part("mail", Kind.READINESS, GONE)));
    assertThat(report.monitor("mail"))
        .get()
        .extracting(MonitorReport::age)
        .isEqualTo(ofMillis(1500));
    assertThat(report.monitor("post")).isEmpty();
    assertThat(ofSeconds(1)).isLessThan(report.monitors().getFirst().age());
  }

  /** The monitors of a report, each as text by field. */
  static List<Map<String, String>> parsed(String json) {
    var all = new ArrayList<Map<String, String>>();
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
      while (!(parser.nextToken() == JsonToken.PROPERTY_NAME
          && parser.currentName().equals("monitors"))) {
        assertThat(parser.currentToken()).isNotNull();
      }
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_ARRAY);
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        all.add(object(parser, "", new LinkedHashMap<>()));
      }
    }
    return all;
  }

  private static Map<String, String> object(
      JsonParser parser, String prefix, Map<String, String> into) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = prefix + parser.currentName();
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        object(parser, name + ".", into);
      } else {
        into.put(name, parser.getString());
      }
    }
    return into;
  }
}
