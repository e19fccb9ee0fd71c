package dev.weir;

import dev.weir.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which platform threads this JVM has, and whose they are. */
final class ThreadCensus {

  /** How the names of threads begin that exist because of Weir: its own and its libraries'. */
  static final List<String> OURS =
      List.of(
          "weir-",
          "lettuce",
          "PostgreSQL",
          "globalEventExecutor",
          "HTTP-Dispatcher",
          "idle-timeout-task");

  /**
   * Threads that a driver keeps for the whole JVM, whoever uses it, and ends by itself after some
   * idle time.
   */
  private static final List<String> JVM_WIDE =
      List.of("PostgreSQL-JDBC-Cleaner", "globalEventExecutor");

  private ThreadCensus() {}

  static Set<String> names() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }

  static boolean isOurs(String name) {
    return OURS.stream().anyMatch(name::startsWith);
  }

  static void awaitNoneOfOurs() {
    Await.until(
        Duration.ofSeconds(15),
        () -> "no thread of Weir or its libraries is left, of " + left(),
        () -> left().isEmpty());
  }

  private static Set<String> left() {
    return names().stream()
        .filter(ThreadCensus::isOurs)
        .filter(name -> JVM_WIDE.stream().noneMatch(name::startsWith))
        .collect(Collectors.toSet());
  }
}
