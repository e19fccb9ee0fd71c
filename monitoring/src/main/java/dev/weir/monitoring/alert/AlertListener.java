package dev.weir.monitoring.alert;

/**
 * Is told of alerts. Each listener is called on a task of its own, one call after the other; one
 * that hangs delays nobody but itself, and one that throws is counted.
 */
@FunctionalInterface
public interface AlertListener {

  /** An alert has begun to fire, or fires for something graver. */
  void fired(AlertReport alert);

  /** An alert that was told of is over. */
  default void resolved(AlertReport alert) {}
}
