package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.event.Delivery;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.RedisServer;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RealServers
class EventsTest {

  private record Placed(int order) {}

  private final List<Object> heard = new CopyOnWriteArrayList<>();
  private final TestDatabase database;
  private final Weir weir;

  EventsTest(TestDatabase database, RedisServer redis) {
    this.database = database;
    this.weir = Weir.start(Houses.config(database, redis));
    weir.events().subscribe(Delivery.sync("sync"), Placed.class, it -> heard.add(it.order()));
  }

  @AfterEach
  void close() {
    weir.close();
  }

  @Test
  void published_in_a_transaction_are_heard_once_it_has_committed() throws Exception {
    weir.connections()
        .useTransaction(
            c -> {
              weir.events().publishAfterCommit(c, new Placed(1));
              weir.events().publishAfterCommit(new Placed(2));
              assertThat(heard).isEmpty();
            });
    assertThat(heard).containsExactly(1, 2);
  }

  @Test
  void published_in_a_transaction_that_is_rolled_back_are_never_heard() {
    var own = new IOException("mine");
    assertThatThrownBy(
            () ->
                weir.connections()
                    .useTransaction(
                        c -> {
                          weir.events().publishAfterCommit(c, new Placed(1));
                          weir.events().publishAfterCommit(new Placed(2));
                          throw own;
                        }))
        .isSameAs(own);
    assertThat(heard).isEmpty();
    assertThat(weir.events().snapshot().published()).isZero();
  }

  @Test
  void are_refused_where_nobody_would_hear_of_a_commit() throws Exception {
    try (Connection foreign = database.dataSource().getConnection()) {
      assertThatThrownBy(() -> weir.events().publishAfterCommit(foreign, new Placed(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("inTransaction");
    }
    weir.connections()
        .useSession(
            c ->
                assertThatThrownBy(() -> weir.events().publishAfterCommit(c, new Placed(1)))
                    .isInstanceOf(IllegalStateException.class));
    assertThatThrownBy(() -> weir.events().publishAfterCommit(new Placed(1)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void on_their_way_are_delivered_by_a_drain_with_the_sessions_they_need() throws Exception {
    var begun = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    weir.events()
        .subscribe(
            "store",
            Placed.class,
            it -> {
              begun.countDown();
              gate.await();
              heard.add(
                  "stored " + weir.connections().<Integer, Exception>withSession(c -> it.order()));
            });
    weir.events().publish(new Placed(1));
    weir.events().publish(new Placed(2));
    begun.await();
    var report = new AtomicReference<DrainReport>();
    Thread drain = Thread.ofVirtual().start(() -> report.set(weir.drain(Duration.ofMinutes(1))));
    Await.until(Duration.ofSeconds(20), "a closed door", this::isRefused);
    gate.countDown();
    drain.join();
    assertThat(heard).endsWith("stored 1", "stored 2");
    assertThat(report.get().isClean()).isTrue();
  }

  private boolean isRefused() {
    try {
      weir.events().publish("anything");
      return false;
    } catch (AdmissionRejectedException _) {
      return true;
    }
  }

  @Test
  void are_described_with_their_subscribers() {
    weir.events().publish(new Placed(1));
    assertThat(weir.describe())
        .contains("Events", "1 published, 0 unheard", "subscriber sync", "1 offered, 1 delivered");
  }
}
