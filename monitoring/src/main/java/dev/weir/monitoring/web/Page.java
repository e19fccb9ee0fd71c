package dev.weir.monitoring.web;

/**
 * An answer. Immutable.
 *
 * @param status of HTTP
 * @param type media type
 * @param text the body
 */
public record Page(int status, String type, String text) {

  /** JSON, with this status. */
  public static Page json(int status, String json) {
    return new Page(status, "application/json", json);
  }

  /** A sentence for people. */
  static Page plain(int status, String text) {
    return new Page(status, "text/plain; charset=utf-8", text + "\n");
  }
}
