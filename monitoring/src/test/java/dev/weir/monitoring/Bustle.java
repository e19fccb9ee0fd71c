package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.Retry;
import dev.weir.pool.Adjustment;
import dev.weir.pool.Adjustment.Knob;
import dev.weir.pool.FleetShare;
import dev.weir.tasks.Task;
import dev.weir.tasks.event.DropReason;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.testkit.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Something of everything, so that every metric has a series. */
final class Bustle {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  record Happened(int what) {}

  private Bustle() {}

  /** In this house, whose telemetry is told of it, and so are the others. */
  static void in(House house, Telemetry... others) {
    List<Telemetry> all = Stream.concat(Stream.of(house.telemetry()), Stream.of(others)).toList();
    all.forEach(Bustle::rare);
    sessions(house);
    tasks(house);
    house.events().publish(new Happened(1));
  }

  /** What happens by chance, or to the unlucky. */
  private static void rare(Telemetry telemetry) {
    telemetry.poolListener().used("interactive", 2_000_000);
    telemetry.poolListener().waited("batch", 3_000_000);
    telemetry.poolListener().outcomeUnknown("interactive");
    telemetry.poolListener().adjusted(new Adjustment(Knob.LIMIT, 4, 3, true, "on purpose"));
    telemetry.poolListener().shareChanged(new FleetShare("orders", 2, 90, 45, "on purpose"));
    telemetry.eventListener().dropped("slow", new Happened(0), DropReason.QUEUE_FULL);
  }

  private static void sessions(House house) {
    for (int i = 0; i < 5; i++) {
      house.connections().useSession(_ -> {});
    }
    int[] tries = {0};
    house
        .connections()
        .useTransaction(
            _ -> {
              if (++tries[0] < 2) {
                throw new IllegalStateException(new SQLException("on purpose", "40001"));
              }
            });
    assertThatThrownBy(() -> house.connections().useTransaction(_ -> fail()))
        .hasMessage("on purpose");
  }

  private static void fail() {
    throw new IllegalStateException("on purpose");
  }

  private static void tasks(House house) {
    house.tasks().run(Task.named("ok").bulkhead("narrow").circuit("embedder"), () -> {}).await();
    assertThatThrownBy(() -> house.tasks().run("bad", Bustle::fail).await())
        .hasRootCauseMessage("on purpose");
    int[] tries = {0};
    Retry soon = Retry.exponential(Duration.ofMillis(1), Duration.ofMillis(2)).attempts(2);
    house
        .tasks()
        .run(
            Task.named("flaky").retry(soon),
            () -> {
              if (++tries[0] < 2) {
                fail();
              }
            })
        .await();
    var probe = house.tasks().schedule("probe", Schedule.every(Duration.ofMillis(5)), () -> {});
    Await.until(PATIENCE, "a run", () -> probe.last().isPresent());
    probe.cancel();
    Await.until(PATIENCE, "rest", () -> house.tasks().tasks().isEmpty());
  }
}
