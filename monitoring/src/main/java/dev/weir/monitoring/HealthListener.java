package dev.weir.monitoring;

/**
 * Is told of each change of a status, in the order of the changes, by one thread at a time that is
 * no check's own. A listener that throws is logged and told of the next change; one that takes long
 * delays other listeners and no check. While {@value #KEPT} changes wait, further ones are counted
 * in the log and not told.
 */
@FunctionalInterface
public interface HealthListener {

  /** Changes that wait for slow listeners at most. */
  int KEPT = 256;

  /** A status has changed. */
  void changed(HealthChange change);
}
