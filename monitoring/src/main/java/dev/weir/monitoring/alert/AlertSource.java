package dev.weir.monitoring.alert;

import java.util.List;

/**
 * Looks at some things. Each source is asked by itself, on a task of its own, never twice at once.
 */
@FunctionalInterface
public interface AlertSource {

  /**
   * What is so now. A key that is not named any more is fine. If it throws, every alert stays as it
   * is; that is counted and said once.
   */
  List<Finding> look();
}
