package dev.weir.tasks.shutdown;

/** Something that was registered and can be taken back. */
@FunctionalInterface
public interface Registration {
  /** Takes it back; again and again is harmless. */
  void withdraw();
}
