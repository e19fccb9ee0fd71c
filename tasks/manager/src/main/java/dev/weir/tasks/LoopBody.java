package dev.weir.tasks;

/** One turn of a loop, run again and again. */
@FunctionalInterface
public interface LoopBody {

  /**
   * Does one turn. A long one gives a beat now and then, and looks whether it is to stop.
   *
   * @throws Exception whatever it fails with: the turn has failed then
   */
  void turn(Beat beat) throws Exception;

  /** The sign of life of a turn. Safe for use by many threads. */
  interface Beat {

    /** Says that the turn is alive. */
    void alive();

    /** Whether the loop is to stop, so that the turn should return soon. */
    boolean isStopping();
  }
}
