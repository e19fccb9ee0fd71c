package dev.weir.tasks.work;

/** A wait of the calling thread for work of this manager, which ends when it is closed. */
@FunctionalInterface
public interface Wait extends AutoCloseable {

  /** What changes nothing. */
  Wait PLAIN = () -> {};

  @Override
  void close();
}
