package dev.weir.tasks;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.failure.DeadLetter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that have failed for good, kept with their work, so that they can be done after all
 * when the reason is mended. The runs of schedules and loops and the commands of executor views are
 * not kept: they come again, or somebody holds their future. Bounded by {@link
 * dev.weir.tasks.failure.FailureSettings#deadLetters()}; the oldest goes first, and is counted.
 *
 * <p>Kept in memory alone: they end with the process. Safe for use by many threads.
 */
public final class DeadLetters {

  private final int most;
  private final Resubmission resubmission;

  /** By number, in the order of their failure. Guarded by this, as what follows. */
  private final LinkedHashMap<Long, Kept> kept = new LinkedHashMap<>();

  private long arrived;
  private long pushedOut;

  DeadLetters(int most, Resubmission resubmission) {
    this.most = most;
    this.resubmission = resubmission;
  }

  /** Hands a task in once more. */
  @FunctionalInterface
  interface Resubmission {
    TaskHandle<?> submit(Task task, Object work);
  }

  private record Kept(DeadLetter letter, Task task, Object work) {}

  synchronized void add(DeadLetter letter, Task task, Object work) {
    arrived++;
    kept.put(letter.id(), new Kept(letter, task, work));
    while (kept.size() > most) {
      kept.pollFirstEntry();
      pushedOut++;
    }
  }

  /** All there are, the oldest first. */
  public synchronized List<DeadLetter> list() {
    return kept.values().stream().map(Kept::letter).toList();
  }

  /** How many there are. */
  public synchronized int size() {
    return kept.size();
  }

  /** How many tasks have failed for good since the manager opened, whatever became of them. */
  public synchronized long arrived() {
    return arrived;
  }

  /** How many were pushed out by later ones since the manager opened. */
  public synchronized long pushedOut() {
    return pushedOut;
  }

  /**
   * Submits the task of that number once more, the same work in the same way, as a new task with a
   * handle of its own; the letter is gone then.
   *
   * @return its handle; empty if there is no such letter
   * @throws AdmissionRejectedException if it is refused; the letter stays
   */
  public Optional<TaskHandle<?>> requeue(long id) {
    Kept letter = take(id);
    return letter == null ? Optional.empty() : Optional.of(resubmit(letter));
  }

  /**
   * Submits all that are chosen once more, the oldest first.
   *
   * @return their handles
   * @throws AdmissionRejectedException if one is refused; it and those after it stay
   */
  public List<TaskHandle<?>> requeue(Predicate<DeadLetter> which) {
    var handles = new ArrayList<TaskHandle<?>>();
    for (DeadLetter letter : list()) {
      if (which.test(letter)) {
        requeue(letter.id()).ifPresent(handles::add);
      }
    }
    return handles;
  }

  private TaskHandle<?> resubmit(Kept letter) {
    try {
      return resubmission.submit(letter.task, letter.work);
    } catch (Throwable refusal) {
      putBack(letter);
      throw refusal;
    }
  }

  private synchronized @Nullable Kept take(long id) {
    return kept.remove(id);
  }

  private synchronized void putBack(Kept letter) {
    kept.putFirst(letter.letter.id(), letter);
  }

  /** Forgets the letter of that number; false if there is none. */
  public synchronized boolean drop(long id) {
    return kept.remove(id) != null;
  }

  /** Forgets all that are chosen, and says how many that were. */
  public synchronized int drop(Predicate<DeadLetter> which) {
    int before = kept.size();
    kept.values().removeIf(it -> which.test(it.letter));
    return before - kept.size();
  }
}
