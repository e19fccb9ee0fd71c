package dev.weir.monitoring.slo;

import java.util.Objects;

/** Whose calls an objective is about. Immutable. */
public sealed interface Subject {

  /** The name of the lane, task or operation. */
  String name();

  /** The sessions of a lane of the pool, from the call to its end, waits and retries included. */
  static Subject lane(String name) {
    return new Lane(name);
  }

  /** The tasks of a name, from the first moment of the last try to its end. */
  static Subject task(String name) {
    return new Task(name);
  }

  /** What the service records itself, see {@link Slos#operation}. */
  static Subject operation(String name) {
    return new Named(name);
  }

  /** In words. */
  default String text() {
    return switch (this) {
      case Lane(var name) -> "sessions of lane '" + name + "'";
      case Task(var name) -> "tasks '" + name + "'";
      case Named(var name) -> "operation '" + name + "'";
    };
  }

  /**
   * A lane of the pool.
   *
   * @param name its name
   */
  record Lane(String name) implements Subject {
    /** Checks that nothing is null. */
    public Lane {
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * Tasks of one name.
   *
   * @param name their name
   */
  record Task(String name) implements Subject {
    /** Checks that nothing is null. */
    public Task {
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * An operation of the service.
   *
   * @param name its name
   */
  record Named(String name) implements Subject {
    /** Checks that nothing is null. */
    public Named {
      Objects.requireNonNull(name, "name");
    }
  }
}
