package dev.weir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A service in a JVM of its own: one task under way when the signal comes, which then ends well.
 */
final class ChildService {

  private ChildService() {}

  /** Writes {@code ready} once the task runs, and {@code done} when it has ended. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Weir weir = Weir.start();
    weir.connections().useSession(c -> Houses.one(c, "select 1"));
    weir.tasks().run("work", () -> work(weir, directory));
    new CountDownLatch(1).await();
  }

  private static void work(Weir weir, Path directory) throws Exception {
    Files.createFile(directory.resolve("ready"));
    // Under way until the shutdown has begun, and in need of a session to end.
    weir.connections().useSession(c -> Houses.one(c, "select 1 from pg_sleep(2)"));
    weir.connections().useSession(c -> Houses.one(c, "select 1"));
    Files.createFile(directory.resolve("done"));
  }
}
