package dev.weir.tasks;

/**
 * Carries one kind of context from the thread that submits a task to the thread that runs it.
 * Implementations are safe for use by many threads and quick.
 */
@FunctionalInterface
public interface ContextCarrier {

  /** Takes the context of the calling thread along; called once for each submission. */
  Captured capture();

  /** The carrier of SLF4J's mapped diagnostic context. */
  static ContextCarrier mdc() {
    return MdcCarrier.INSTANCE;
  }

  /** A context on its way. Immutable. */
  @FunctionalInterface
  interface Captured {

    /** Nothing to carry. */
    Captured NOTHING = () -> () -> {};

    /** Puts the context around the calling thread, until the binding is closed on that thread. */
    Binding bind();
  }

  /** A context in force on one thread. */
  @FunctionalInterface
  interface Binding extends AutoCloseable {

    /** Puts back what was in force before. */
    @Override
    void close();
  }
}
