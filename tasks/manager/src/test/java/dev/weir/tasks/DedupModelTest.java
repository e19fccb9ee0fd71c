package dev.weir.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Chance decides what is submitted, ended, failed and cancelled; a map says what dedup keys must
 * make of it. Long form: -Dweir.dedup.steps=100000.
 */
class DedupModelTest {

  private static final int STEPS = Integer.getInteger("weir.dedup.steps", 2_000);
  private static final int KEYS = 8;

  private final Fixture fixture = Fixture.open(Map.of("one", new BulkheadSettings(1, 1_000)));
  private final BackgroundTaskManager tasks = fixture.tasks;
  private final Map<String, Known> model = new HashMap<>();
  private long submitted;

  /** A task that ends when it is told to, as it is told to. */
  private static final class Held {
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile boolean fails;

    private int run() throws InterruptedException {
      told.await();
      if (fails) {
        throw new IllegalStateException("told to fail");
      }
      return 1;
    }
  }

  private record Known(Held held, TaskHandle<Integer> handle) {}

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void a_key_stands_for_one_task_from_its_submission_to_its_end(long seed) {
    var chance = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      String key = "k" + chance.nextInt(KEYS);
      switch (chance.nextInt(5)) {
        case 0, 1 -> submit(key, chance.nextBoolean());
        case 2 -> end(key, false);
        case 3 -> end(key, true);
        default -> cancel(key);
      }
    }
    assertThat(tasks.snapshot().submitted()).isEqualTo(submitted);
  }

  private void submit(String key, boolean bounded) {
    var fresh = new Held();
    Task task = Task.named("embed").dedupKey(key);
    TaskHandle<Integer> handle = tasks.submit(bounded ? task.bulkhead("one") : task, fresh::run);
    Known known = model.get(key);
    if (known == null) {
      submitted++;
      assertThat(model.values()).extracting(Known::handle).doesNotContain(handle);
      model.put(key, new Known(fresh, handle));
    } else {
      assertThat(handle).isSameAs(known.handle());
    }
  }

  /** One that is queued behind another cannot end; it stays what it is. */
  private void end(String key, boolean failing) {
    Known known = model.get(key);
    if (known == null || known.handle().status() == TaskStatus.QUEUED) {
      return;
    }
    known.held().fails = failing;
    known.held().told.countDown();
    Fixture.until("its end", () -> known.handle().status().isDone());
    assertThat(known.handle().status())
        .isEqualTo(failing ? TaskStatus.FAILED : TaskStatus.SUCCEEDED);
    model.remove(key);
  }

  private void cancel(String key) {
    Known known = model.remove(key);
    if (known != null) {
      assertThat(known.handle().cancel()).isNotEqualTo(Cancellation.ALREADY_DONE);
    }
  }
}
