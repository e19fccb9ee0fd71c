package dev.weir.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** What a server answers to a GET, as a probe sees it. */
public final class HttpStatus {

  private static final int PATIENCE_MS = 20_000;

  private HttpStatus() {}

  /**
   * Asks once, and waits 20 seconds for the answer at most. Safe for use by many threads.
   *
   * @param server scheme, host and port
   * @param path what is asked for, beginning with {@code /}
   * @return the status code
   * @throws UncheckedIOException if there is no answer
   */
  public static int of(URI server, String path) {
    try {
      var connection = (HttpURLConnection) server.resolve(path).toURL().openConnection();
      connection.setReadTimeout(PATIENCE_MS);
      return connection.getResponseCode();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
