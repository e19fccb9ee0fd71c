package dev.weir.monitoring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Await;
import dev.weir.testkit.SettableTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExchangesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SettableTime time = SettableTime.create();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Exchanges exchanges =
      new Exchanges(threads, time.scheduler(), 2, Duration.ofSeconds(5));
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<String> ended = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    release.countDown();
    threads.close();
  }

  private void begin(String name) {
    var begun = new CountDownLatch(1);
    exchanges.execute(
        () -> {
          begun.countDown();
          try {
            release.await();
          } catch (InterruptedException _) {
            ended.add(name);
          }
        });
    Await.until(PATIENCE, name, () -> begun.getCount() == 0);
  }

  @Test
  void one_more_than_may_be_makes_the_oldest_go() {
    begin("a");
    begin("b");
    assertThat(ended).isEmpty();
    begin("c");
    Await.until(PATIENCE, "the oldest to go", () -> List.copyOf(ended).equals(List.of("a")));
    assertThat(exchanges.count()).isEqualTo(2);
  }

  @Test
  void one_that_takes_too_long_goes() {
    begin("a");
    time.advance(Duration.ofMillis(4_999));
    assertThat(ended).isEmpty();
    time.advance(Duration.ofMillis(1));
    Await.until(PATIENCE, "it to go", () -> List.copyOf(ended).equals(List.of("a")));
  }

  @Test
  void one_that_throws_leaves_nothing_behind() {
    var ran = new AtomicBoolean();
    exchanges.execute(
        () -> {
          ran.set(true);
          throw new IllegalStateException("thrown on purpose");
        });
    Await.until(PATIENCE, "its end", () -> ran.get() && exchanges.count() == 0);
  }
}
