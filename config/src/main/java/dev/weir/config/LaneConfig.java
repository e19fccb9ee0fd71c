package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.text.Conversions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The profile of a lane: its share of the connections, how long its callers may wait and its
 * sessions last, and what the server allows them. Valid once it exists: all problems are told at
 * once. Immutable.
 *
 * <pre>{@code
 * WeirConfig config =
 *     WeirConfig.load()
 *         .lane(
 *             "reports",
 *             LaneConfig.open()
 *                 .limit(8)
 *                 .queueBound(100)
 *                 .deadline(ofSeconds(30))
 *                 .guards(Guards.none().statementTimeout(ofSeconds(20)).lockTimeout(ofSeconds(1)))
 *                 .readOnly(true)
 *                 .shed(Shedding.off()));
 * WeirConfig less = config.lane("batch", config.lane("batch").limit(4)); // the rest as preset
 * }</pre>
 *
 * @param reserved permits always kept for the lane: 0 or more ({@code lanes.<name>.reserved})
 * @param limit permits the lane never exceeds: at least 1 and at least {@code reserved}; {@link
 *     #UNLIMITED} for no limit but the pool's ({@code lanes.<name>.limit}, in text {@code
 *     unlimited})
 * @param weight its share of what is not reserved, against the other lanes: 1 to 1,000 ({@code
 *     lanes.<name>.weight})
 * @param queueBound callers that may wait at once: 0 or more, where 0 means that none ever waits;
 *     {@link #UNLIMITED} for no bound ({@code lanes.<name>.queue-bound}, in text {@code unlimited})
 * @param deadline end-to-end budget of a session, from asking for it to its end: 1 ms to about 24
 *     days; null for none ({@code lanes.<name>.deadline}, in text {@code none})
 * @param guards what the server itself cuts short; its statement and lock timeouts are no longer
 *     than the deadline
 * @param readOnly whether sessions of the lane may only read ({@code lanes.<name>.read-only})
 * @param shed which callers are turned away while the queue does not clear ({@code
 *     lanes.<name>.shed})
 * @param role the role of the database that sessions of the lane run as, which the login must be a
 *     member of; null for the login itself ({@code lanes.<name>.role})
 * @param login a login of its own, with which the lane has {@code limit} connections to itself;
 *     null for that of all ({@code lanes.<name>.user}, {@code lanes.<name>.password})
 */
public record LaneConfig(
    int reserved,
    int limit,
    int weight,
    int queueBound,
    @Nullable Duration deadline,
    Guards guards,
    boolean readOnly,
    Shedding shed,
    @Nullable String role,
    @Nullable LaneLogin login) {
  /** The limit, or the queue bound, of a lane that has none of its own. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /**
   * A lane.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public LaneConfig {
    Objects.requireNonNull(guards, "guards");
    Objects.requireNonNull(shed, "shed");
    Problems problems = Problems.ofCode("lanes.<name>");
    LaneChecks.checkShare(problems, reserved, limit, weight);
    LaneChecks.checkQueueBound(problems, queueBound);
    LaneChecks.checkTime(problems, "deadline", deadline);
    Guards.checkWithin(problems, deadline, guards.statementTimeout, guards.lockTimeout);
    LaneChecks.checkRole(problems, role);
    if (login != null) {
      LaneChecks.checkOwnShare(problems, reserved, limit);
    }
    problems.throwIfAny();
  }

  /**
   * A lane that asks for nothing: no reserve, no limit, weight 1, any number waiting, no deadline,
   * no guards, reading and writing, {@link Shedding#auto()}.
   */
  public static LaneConfig open() {
    return new LaneConfig(
        0, UNLIMITED, 1, UNLIMITED, null, Guards.none(), false, Shedding.auto(), null, null);
  }

  /** The same with another reserve. */
  public LaneConfig reserved(int reserved) {
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, guards, readOnly, shed, role, login);
  }

  /** The same with another limit; {@link #UNLIMITED} takes it away. */
  public LaneConfig limit(int limit) {
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, guards, readOnly, shed, role, login);
  }

  /** The same with another weight. */
  public LaneConfig weight(int weight) {
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, guards, readOnly, shed, role, login);
  }

  /** The same with another bound of its queue; {@link #UNLIMITED} takes it away. */
  public LaneConfig queueBound(int queueBound) {
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, guards, readOnly, shed, role, login);
  }

  /**
   * The same with another deadline, or with none; refused where a guard is longer. {@link #within}
   * shortens the guards too.
   */
  public LaneConfig deadline(@Nullable Duration deadline) {
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, guards, readOnly, shed, role, login);
  }

  /** The same with this deadline, and with statement and lock timeouts no longer than it. */
  public LaneConfig within(Duration deadline) {
    Objects.requireNonNull(deadline, "deadline");
    Guards shorter = guards.within(deadline);
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, shorter, readOnly, shed, role, login);
  }

  /** The same with other guards; {@link Guards#none()} takes them away. */
  public LaneConfig guards(Guards guards) {
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, guards, readOnly, shed, role, login);
  }

  /** The same for sessions that may only read, or may write as well. */
  public LaneConfig readOnly(boolean readOnly) {
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, guards, readOnly, shed, role, login);
  }

  /** The same with another way to shed callers. */
  public LaneConfig shed(Shedding shed) {
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, guards, readOnly, shed, role, login);
  }

  /** The same for sessions that run as that role; null for the login itself. */
  public LaneConfig role(@Nullable String role) {
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, guards, readOnly, shed, role, login);
  }

  /**
   * The same with a login of its own, or with none; refused without a {@link #limit}, which comes
   * first, or with a reserve.
   */
  public LaneConfig login(@Nullable LaneLogin login) {
    return new LaneConfig(
        reserved, limit, weight, queueBound, deadline, guards, readOnly, shed, role, login);
  }

  /** Whether the lane has a limit of its own. */
  public boolean limited() {
    return limit != UNLIMITED;
  }

  /** The values, each as it is written in settings. */
  @Override
  public String toString() {
    return ("LaneConfig[reserved=%d, limit=%s, weight=%d, queueBound=%s, deadline=%s, guards=%s,"
            + " readOnly=%s, shed=%s, role=%s, login=%s]")
        .formatted(
            reserved,
            Conversions.showLimit(limit),
            weight,
            Conversions.showLimit(queueBound),
            Conversions.showOrNone(deadline),
            guards,
            readOnly,
            shed,
            Objects.requireNonNullElse(role, "none"),
            login == null ? "none" : login.user());
  }

  /**
   * What the server itself cuts short in a lane's sessions, should a client fail to: 1 ms to about
   * 24 days each, PostgreSQL's own range. Valid once it exists: all problems are told at once.
   * Immutable.
   *
   * @param statementTimeout time a statement may run; null for what the server says ({@code
   *     lanes.<name>.statement-timeout}, in text {@code none})
   * @param lockTimeout time a statement may wait for one lock; null for what the server says
   *     ({@code lanes.<name>.lock-timeout}, in text {@code none})
   * @param idleInTransactionTimeout time a transaction may stay idle between two statements; null
   *     for what the server says ({@code lanes.<name>.idle-in-transaction-timeout}, in text {@code
   *     none})
   */
  public record Guards(
      @Nullable Duration statementTimeout,
      @Nullable Duration lockTimeout,
      @Nullable Duration idleInTransactionTimeout) {
    /**
     * Guards.
     *
     * @throws ConfigurationException with every problem, if there is any
     */
    public Guards {
      Problems problems = Problems.ofCode("lanes.<name>");
      check(problems, statementTimeout, lockTimeout, idleInTransactionTimeout);
      problems.throwIfAny();
    }

    /** Nothing but what the server says. */
    public static Guards none() {
      return new Guards(null, null, null);
    }

    static void check(
        Problems problems,
        @Nullable Duration statement,
        @Nullable Duration lock,
        @Nullable Duration idleInTransaction) {
      LaneChecks.checkTime(problems, "statement-timeout", statement);
      LaneChecks.checkTime(problems, "lock-timeout", lock);
      LaneChecks.checkTime(problems, "idle-in-transaction-timeout", idleInTransaction);
    }

    static void checkWithin(
        Problems problems,
        @Nullable Duration deadline,
        @Nullable Duration statement,
        @Nullable Duration lock) {
      if (deadline != null && deadline.compareTo(LaneChecks.SHORTEST) >= 0) {
        checkWithin(problems, deadline, "statement-timeout", statement);
        checkWithin(problems, deadline, "lock-timeout", lock);
      }
    }

    private static void checkWithin(
        Problems problems, Duration deadline, String key, @Nullable Duration time) {
      problems.unless(
          time == null || time.compareTo(deadline) <= 0,
          key,
          time,
          "must not be longer than %s (%s); shorten the one or lengthen the other"
              .formatted(problems.path("deadline"), Conversions.show(deadline)),
          "deadline");
    }

    /** The same with another time for a statement; null for what the server says. */
    public Guards statementTimeout(@Nullable Duration statementTimeout) {
      return new Guards(statementTimeout, lockTimeout, idleInTransactionTimeout);
    }

    /** The same with another time to wait for a lock; null for what the server says. */
    public Guards lockTimeout(@Nullable Duration lockTimeout) {
      return new Guards(statementTimeout, lockTimeout, idleInTransactionTimeout);
    }

    /** The same with another time to stay idle; null for what the server says. */
    public Guards idleInTransactionTimeout(@Nullable Duration idleInTransactionTimeout) {
      return new Guards(statementTimeout, lockTimeout, idleInTransactionTimeout);
    }

    /** The same, with no statement or lock timeout longer than this deadline, if it is one. */
    Guards within(@Nullable Duration deadline) {
      return deadline == null || deadline.compareTo(LaneChecks.SHORTEST) < 0
          ? this
          : new Guards(
              shorter(statementTimeout, deadline),
              shorter(lockTimeout, deadline),
              idleInTransactionTimeout);
    }

    private static @Nullable Duration shorter(@Nullable Duration time, Duration deadline) {
      return time == null || time.compareTo(deadline) <= 0 ? time : deadline;
    }

    /** The values, each as it is written in settings. */
    @Override
    public String toString() {
      return "Guards[statementTimeout=%s, lockTimeout=%s, idleInTransactionTimeout=%s]"
          .formatted(
              Conversions.showOrNone(statementTimeout),
              Conversions.showOrNone(lockTimeout),
              Conversions.showOrNone(idleInTransactionTimeout));
    }
  }

  /**
   * Which callers of a lane are turned away early while its queue stands, which means that it does
   * not clear from one interval to the next (CoDel). Its text is what is written in settings.
   * Immutable.
   */
  public sealed interface Shedding {
    /**
     * Sheds callers that bring a budget of 2 s or less, once they have stood in a standing queue
     * for longer than a fortieth of it; all others wait.
     */
    record Auto() implements Shedding {
      @Override
      public String toString() {
        return "auto";
      }
    }

    /** Sheds nobody. */
    record Off() implements Shedding {
      @Override
      public String toString() {
        return "off";
      }
    }

    /**
     * Sheds any caller once it has stood in a standing queue for longer than the target.
     *
     * @param target how long a caller may stand: positive, at most 24 h
     */
    record Above(Duration target) implements Shedding {
      /**
       * A target.
       *
       * @throws ConfigurationException if it is out of its range
       */
      public Above {
        Objects.requireNonNull(target, "target");
        Problems problems = Problems.ofCode("lanes.<name>");
        problems.unlessTime("shed", target);
        problems.throwIfAny();
      }

      @Override
      public String toString() {
        return Conversions.show(target);
      }
    }

    /** Sheds those in a hurry: {@link Auto}. */
    static Shedding auto() {
      return new Auto();
    }

    /** Sheds nobody: {@link Off}. */
    static Shedding off() {
      return new Off();
    }

    /**
     * Sheds all who stand longer than this: {@link Above}.
     *
     * @throws ConfigurationException if the target is not positive or longer than 24 h
     */
    static Shedding above(Duration target) {
      return new Above(target);
    }
  }
}
