package dev.weir.sample;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * What the order service stands on: Weir, or what one would write without it. Safe for use by many
 * threads.
 */
interface Side extends AutoCloseable {

  /** How long a value stays in Redis: longer than any demo, not for ever. */
  Duration CACHED = Duration.ofDays(1);

  /** What the table calls it. */
  String name();

  /** Runs a query with a connection of its own. */
  <R> R read(Kind kind, Query<R> query) throws SQLException;

  /** Runs a query in a transaction: commits when it returns, rolls back when it throws. */
  <R> R write(Kind kind, Query<R> query) throws SQLException;

  /** A value of Redis, empty if there is none. */
  String cached(String key);

  /** Puts a value into Redis. */
  void cache(String key, String value);

  /** Starts a job on a virtual thread of its own. */
  void start(String name, Job job);

  /** Runs a job again and again until the side is closed. */
  void every(String name, Duration interval, Job job);

  /** Ends what runs and gives every socket back. */
  @Override
  void close();

  /** Who asks: people who wait for an answer, or work that has time. */
  enum Kind {
    INTERACTIVE,
    BATCH
  }

  /** What is done with a connection while it is held. */
  interface Query<R> {
    R on(Connection connection) throws SQLException;
  }

  /** Work on a thread. */
  interface Job {
    void run() throws Exception;
  }
}
