package dev.weir.tasks.shutdown;

import dev.weir.gate.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops everything once, phase by phase, under one budget.
 *
 * <p>In each phase the participants come first, by order, those of one order beside each other;
 * then the step of the house. Each has a share of what is left of the budget: a participant its
 * bound at most, and nobody what is kept back for those after it, a fiftieth of the budget each. A
 * step of the house that closes something has two seconds at least, so a small budget may be
 * exceeded where such a step hangs. Who overstays is interrupted, left behind and named, and the
 * next one's turn comes; what anybody throws is collected. Safe for use by many threads.
 */
public final class ShutdownSequence {

  private static final Logger log = LoggerFactory.getLogger(ShutdownSequence.class);
  private static final int KEPT_PARTS = 50;
  private static final int SHARE_PARTS = 4;
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Map<Phase, House> house = new EnumMap<>(Phase.class);
  private final BooleanSupplier underWay;
  private final CompletableFuture<StopReport> done = new CompletableFuture<>();

  /** Guarded by this. */
  private final Map<String, Participant> guests = new TreeMap<>();

  /** Written under the lock of this; null before the stop. */
  private volatile @Nullable Begun begun;

  private record House(Participant step, boolean apart) {}

  private record Begun(String reason, Deadline deadline, Duration budget) {}

  /** Those whose turn comes together. */
  private record Round(Phase phase, List<Participant> members, @Nullable House house) {
    String names() {
      return members.stream().map(Participant::name).toList() + " (" + phase + ")";
    }
  }

  private volatile @Nullable Round turn;

  /**
   * A sequence without steps.
   *
   * @param underWay whether the calling thread runs something that the stop waits for, so that it
   *     must not wait for the stop
   */
  public ShutdownSequence(BooleanSupplier underWay) {
    this.underWay = Objects.requireNonNull(underWay, "underWay");
  }

  /**
   * Gives a phase its own step, on the thread that stops: for what bounds itself and must see who
   * calls. For assembly, before anybody else sees this.
   */
  public ShutdownSequence here(Phase phase, String name, Participant.Action action) {
    house.put(phase, new House(Participant.named(name, phase, action), false));
    return this;
  }

  /** Gives a phase its own step, on a thread of its own, so that it cannot hold up the others. */
  public ShutdownSequence apart(Phase phase, String name, Participant.Action action) {
    house.put(phase, new House(Participant.named(name, phase, action), true));
    return this;
  }

  /**
   * Adds a participant.
   *
   * @return takes it out again; too late once the stop has begun
   * @throws IllegalArgumentException if there is one of that name
   * @throws IllegalStateException if the stop has begun
   */
  public synchronized Registration add(Participant participant) {
    Begun late = begun;
    if (late != null) {
      throw new IllegalStateException(
          "'%s' cannot take part in the stop any more: it has begun (%s). Register it at the start."
              .formatted(participant.name(), late.reason));
    }
    boolean own = house.values().stream().anyMatch(it -> it.step.name().equals(participant.name()));
    if (own || guests.putIfAbsent(participant.name(), participant) != null) {
      throw new IllegalArgumentException(
          "Two participants of the stop are called '%s'; give one of them another name."
              .formatted(participant.name()));
    }
    return () -> remove(participant);
  }

  private synchronized void remove(Participant participant) {
    guests.remove(participant.name(), participant);
  }

  /** Whether the calling thread is in the turn of a participant of this. */
  public boolean isInside() {
    return Course.INSIDE.isBound() && equals(Course.INSIDE.get());
  }

  /** What the stop is busy with, in one sentence; empty if there is none under way. */
  public Optional<String> progress() {
    Begun now = begun;
    Round members = turn;
    return now == null || members == null || done.isDone()
        ? Optional.empty()
        : Optional.of(
            "Stopping (%s), %s of %s left: waits for %s"
                .formatted(
                    now.reason,
                    StepReport.seconds(now.deadline.remaining()),
                    StepReport.seconds(now.budget),
                    members.names()));
  }

  /**
   * Stops. The first call does it; another waits for the first, or returns at once if it comes from
   * inside something that the first waits for.
   *
   * @param reason why, for the report
   * @param budget the longest all steps may take together
   * @return what became of all; empty if that is not known yet
   */
  public Optional<StopReport> stop(String reason, Duration budget) {
    Objects.requireNonNull(reason, "reason");
    List<Round> rounds = begin(reason, budget);
    if (rounds == null) {
      return join();
    }
    long start = System.nanoTime();
    List<StepReport> steps = new ArrayList<>();
    Duration kept = budget.dividedBy(KEPT_PARTS);
    for (int i = 0; i < rounds.size(); i++) {
      Duration later = kept.multipliedBy(rounds.size() - i - 1L);
      steps.addAll(run(rounds.get(i), kept, later));
    }
    var report = new StopReport(reason, budget, Duration.ofNanos(System.nanoTime() - start), steps);
    report.failures().forEach(failure -> log.warn("A part failed to stop", failure));
    done.complete(report);
    return Optional.of(report);
  }

  /** The rounds to run, for the first caller alone. */
  private synchronized @Nullable List<Round> begin(String reason, Duration budget) {
    if (begun != null) {
      return null;
    }
    begun = new Begun(reason, Deadline.in(budget), budget);
    return rounds();
  }

  private List<Round> rounds() {
    List<Round> rounds = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      Map<Integer, List<Participant>> byOrder = new TreeMap<>();
      guests.values().stream()
          .filter(guest -> guest.phase() == phase)
          .forEach(
              guest -> byOrder.computeIfAbsent(guest.order(), _ -> new ArrayList<>()).add(guest));
      byOrder.values().forEach(members -> rounds.add(new Round(phase, members, null)));
      House own = house.get(phase);
      if (own != null) {
        rounds.add(new Round(phase, List.of(own.step), own));
      }
    }
    return rounds;
  }

  private List<StepReport> run(Round round, Duration kept, Duration later) {
    turn = round;
    Begun now = Objects.requireNonNull(begun, "begun");
    Duration left = longer(kept, now.deadline.remaining().minus(later));
    House own = round.house;
    if (own != null && !own.apart) {
      var course = new Course(this, own.step, left);
      course.run();
      return List.of(course.report());
    }
    Duration share = now.budget.dividedBy(SHARE_PARTS);
    List<Course> courses =
        own != null
            ? List.of(new Course(this, own.step, longer(left, CLOSING)))
            : round.members.stream()
                .map(it -> new Course(this, it, shorter(left, it.bound().orElse(share))))
                .toList();
    courses.forEach(Course::start);
    return courses.stream().map(Course::await).toList();
  }

  private Optional<StopReport> join() {
    if (!done.isDone() && !isInside() && !underWay.getAsBoolean()) {
      Begun first = Objects.requireNonNull(begun, "begun");
      try {
        long patience = first.deadline.remaining().plus(PATIENCE).toNanos();
        return Optional.of(done.get(patience, TimeUnit.NANOSECONDS));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (TimeoutException | ExecutionException _) {
        // then what can be said now must do
      }
    }
    return Optional.ofNullable(done.getNow(null));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
