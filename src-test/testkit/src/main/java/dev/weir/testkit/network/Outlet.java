package dev.weir.testkit.network;

import java.io.IOException;
import java.time.Duration;

/** Where the bytes of one direction of one connection go. Used by one thread at a time. */
public interface Outlet {
  void pass(byte[] bytes, int from, int length) throws IOException, InterruptedException;

  /** Waits that long before anything else is passed, or until the connection is over. */
  void hold(Duration time) throws InterruptedException;

  /**
   * Passes these as the last ones and cuts: the receiver gets all that was passed and, if it shall
   * hear of it, an orderly end, the sender a reset, and nothing that the receiver still says
   * reaches the sender.
   */
  void cut(byte[] bytes, int from, int length, boolean heard) throws IOException;

  /** The sender has said goodbye. */
  void finish() throws IOException, InterruptedException;
}
