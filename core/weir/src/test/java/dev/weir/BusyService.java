package dev.weir;

import java.util.concurrent.CountDownLatch;

/** A service in a JVM of its own with one session under way, on a thread that is no task's. */
final class BusyService {

  private BusyService() {}

  /** Runs the query in the session. */
  public static void main(String[] arguments) throws InterruptedException {
    Weir weir = Weir.start();
    Thread.ofPlatform().daemon().name("a bystander").start(() -> ask(weir, arguments[0]));
    new CountDownLatch(1).await();
  }

  private static void ask(Weir weir, String sql) {
    try {
      weir.connections().useSession(c -> Houses.one(c, sql));
    } catch (Exception stopped) {
      System.out.println("the query was stopped: " + stopped.getMessage());
    }
  }
}
