package dev.weir;

import dev.weir.tasks.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A service in a JVM of its own: one task under way when the signal comes, which then ends well.
 */
final class ChildService {

  private ChildService() {}

  /** Says {@code ready} once the task runs, and makes {@code done} when it has ended. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Weir weir = Weir.start();
    weir.connections().useSession(c -> Houses.one(c, "select 1"));
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> lastWords(weir, directory)));
    weir.tasks().run("work", () -> work(weir, directory));
    new CountDownLatch(1).await();
  }

  /** Writes {@code hook} with what a task called from a shutdown hook of the user's own returns. */
  private static void lastWords(Weir weir, Path directory) {
    Task task = Task.named("last-words").bulkhead("words");
    String words =
        weir.tasks()
            .submit(task, () -> weir.tasks().submit(task, () -> "well said").await())
            .await(Duration.ofSeconds(20));
    try {
      Files.writeString(directory.resolve("hook"), words);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void work(Weir weir, Path directory) throws Exception {
    System.out.println("ready");
    // Under way until the shutdown has begun, and in need of a session to end.
    weir.connections().useSession(c -> Houses.one(c, "select 1 from pg_sleep(2)"));
    weir.connections().useSession(c -> Houses.one(c, "select 1"));
    Files.createFile(directory.resolve("done"));
  }
}
