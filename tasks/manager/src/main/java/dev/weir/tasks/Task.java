package dev.weir.tasks;

import dev.weir.gate.Retry;
import dev.weir.tasks.failure.Safeguards;
import dev.weir.tasks.failure.Safeguards.Limited;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a task is to run. Immutable; the withers return a changed copy.
 *
 * @param name what it is called in threads, logs and figures
 * @param dedupKey while a task of this name and key is queued or running, submitting another
 *     returns the handle of the first
 * @param priority its share of the bulkhead's permits
 * @param deadline how long from its submission it may take, the wait in the queue included
 * @param bulkhead the bulkhead whose permit it needs; without one it starts at once
 * @param safeguards its tries, its circuit, its limits
 */
public record Task(
    String name,
    Optional<String> dedupKey,
    Priority priority,
    Optional<Duration> deadline,
    Optional<String> bulkhead,
    Safeguards safeguards) {

  /** The bulkhead for work that computes: see {@link #cpuBound()}. */
  public static final String CPU = "cpu";

  /**
   * Checks the figures.
   *
   * @throws IllegalArgumentException if a name is blank or the deadline is not positive
   */
  public Task {
    requireText(name, "name");
    Objects.requireNonNull(dedupKey, "dedupKey");
    Objects.requireNonNull(priority, "priority");
    Objects.requireNonNull(deadline, "deadline");
    Objects.requireNonNull(safeguards, "safeguards");
    bulkhead.ifPresent(it -> requireText(it, "bulkhead"));
    deadline.ifPresent(
        it -> {
          if (!it.isPositive()) {
            throw new IllegalArgumentException(
                "task '%s': deadline = %s must be positive".formatted(name, it));
          }
        });
  }

  /** A task of that name: no key, normal priority, no deadline, no bulkhead. */
  public static Task named(String name) {
    return new Task(
        name,
        Optional.empty(),
        Priority.NORMAL,
        Optional.empty(),
        Optional.empty(),
        Safeguards.NONE);
  }

  /** The same task, at most once at a time for this name and {@code dedupKey}. */
  public Task dedupKey(String dedupKey) {
    return new Task(
        name,
        Optional.of(Objects.requireNonNull(dedupKey, "dedupKey")),
        priority,
        deadline,
        bulkhead,
        safeguards);
  }

  /** The same task with another priority. */
  public Task priority(Priority priority) {
    return new Task(name, dedupKey, priority, deadline, bulkhead, safeguards);
  }

  /** The same task, cancelled {@code deadline} after its submission if it has not ended by then. */
  public Task deadline(Duration deadline) {
    return new Task(
        name,
        dedupKey,
        priority,
        Optional.of(Objects.requireNonNull(deadline, "deadline")),
        bulkhead,
        safeguards);
  }

  /** The same task, begun only with a permit of that bulkhead. */
  public Task bulkhead(String bulkhead) {
    return new Task(
        name,
        dedupKey,
        priority,
        deadline,
        Optional.of(Objects.requireNonNull(bulkhead, "bulkhead")),
        safeguards);
  }

  /**
   * The same task, tried again as that says. Between two tries it holds neither a thread nor a
   * permit; its deadline bounds all of them. All tasks of one name share a budget: of their tries
   * only a twentieth may be retries, and one more a second; a task for which nothing is left waits
   * until there is.
   */
  public Task retry(Retry retry) {
    return safeguards(safeguards.retry(retry));
  }

  /**
   * The same task, each try of it interrupted when it has taken so long: that try has failed then,
   * with a {@link TaskTimeoutException}. A try that runs on a second after that ends the task, as
   * its deadline would.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Task timeout(Duration timeout) {
    return safeguards(safeguards.timeout(timeout));
  }

  /**
   * The same task behind the circuit of that name, which all tasks that name it share: while it is
   * open, submissions are refused, and the next tries of those that were accepted wait for it.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public Task circuit(String circuit) {
    return safeguards(safeguards.circuit(circuit));
  }

  /**
   * The same task under the limit of that name, as the settings give it.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public Task limit(String limit) {
    return limit(limit, "");
  }

  /**
   * The same task under a limit of that name which only tasks of the same key share.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public Task limit(String limit, String key) {
    return safeguards(safeguards.limit(new Limited(limit, key)));
  }

  /**
   * The same task, called stuck when one try has run so long.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Task stuckAfter(Duration stuckAfter) {
    return safeguards(safeguards.stuckAfter(stuckAfter));
  }

  /** The same task, guarded so. */
  public Task safeguards(Safeguards safeguards) {
    return new Task(name, dedupKey, priority, deadline, bulkhead, safeguards);
  }

  /**
   * The same task for work that computes more than it waits: on the bulkhead {@value #CPU}, whose
   * tasks run on platform threads, so that they keep no carrier from the virtual ones, and of which
   * as many run at once as there are processors but one, or fewer if its settings say so. Its
   * thread has the task's name too, and is used again.
   */
  public Task cpuBound() {
    return bulkhead(CPU);
  }

  static String requireText(String text, String what) {
    if (Objects.requireNonNull(text, what).isBlank()) {
      throw new IllegalArgumentException("a task's " + what + " must not be blank");
    }
    return text;
  }
}
