package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitoring.Telemetry;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import org.junit.jupiter.api.Test;

/** Every floor is listened to, and the trace goes along, without a word of the service. */
@RealServers
class TelemetryWiringTest {

  private record Placed(int order) {}

  @Test
  void pool_tasks_events_and_health_are_in_the_text_for_prometheus(TestDatabase database) {
    try (Weir weir = Weir.start(Houses.config(database))) {
      weir.connections().useSession(_ -> {});
      weir.connections().useTransaction(_ -> {});
      weir.tasks().run("report", () -> {}).await();
      weir.events().publish(new Placed(1));
      weir.health().refresh();
      assertThat(weir.telemetry().prometheus())
          .contains("weir_gate_admitted_total{weir_gate=\"primary\",weir_lane=\"interactive\"} 2\n")
          .contains(
              "weir_task_duration_seconds_count{weir_outcome=\"ok\",weir_task_name=\"report\"} 1")
          .contains(
              "weir_task_duration_seconds_count{weir_outcome=\"ok\",weir_task_name=\"weir-connect\"}")
          .contains(
              "weir_events_published_total{weir_event=\"" + Placed.class.getName() + "\"} 1\n")
          .contains("db_client_operation_duration_seconds_count{db_operation_name=\"transaction\"")
          .contains("weir_health_status_ratio{weir_monitor=\"");
    }
  }

  @Test
  void the_trace_is_carried_by_default() {
    assertThat(Weir.builder().carriers).contains(Telemetry.contextCarrier());
  }
}
