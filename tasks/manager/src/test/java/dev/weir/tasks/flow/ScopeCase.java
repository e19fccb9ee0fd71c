package dev.weir.tasks.flow;

import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.testkit.SettableTime;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;

/** Scopes over a manager, and children that are held until the end of the test. */
abstract class ScopeCase {

  final SettableTime time = SettableTime.create();
  private final House house = House.open(time);
  final BackgroundTaskManager tasks = house.tasks;
  final TaskScopes scopes = TaskScopes.over(tasks);
  final CountDownLatch hold = new CountDownLatch(1);
  final CountDownLatch begun = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    house.close();
  }

  static String failing(String what) throws IOException {
    throw new IOException(what);
  }

  String held() throws InterruptedException {
    begun.countDown();
    hold.await();
    return "held";
  }

  String deaf() {
    begun.countDown();
    House.deafUntil(hold);
    return "late";
  }
}
