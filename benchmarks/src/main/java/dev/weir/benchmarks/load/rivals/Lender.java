package dev.weir.benchmarks.load.rivals;

import java.sql.Connection;

/** Somebody who lends connections to many threads. Safe for use by many threads. */
public interface Lender extends AutoCloseable {

  /** What it is called in tables. */
  String name();

  /** What it is set to, in its own words. */
  String settings();

  /**
   * Runs the work with a connection.
   *
   * @throws Exception what the work throws, or its own refusal
   */
  void lend(Work work) throws Exception;

  @Override
  void close();

  /** What is done while a connection is held. */
  @FunctionalInterface
  interface Work {
    /** Does it. */
    void with(Connection connection) throws Exception;
  }
}
