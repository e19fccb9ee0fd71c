package dev.weir.pool.lease;

import dev.weir.pool.socket.Logs;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the statements of a session tell the server about it: a comment at their end, as
 * sqlcommenter specifies it. Safe for use by many threads.
 */
public final class Remark {

  /** Says nothing. */
  public static final Remark NONE = new Remark("", () -> null);

  private final String action;
  private final Supplier<@Nullable String> trace;

  private Remark(String action, Supplier<@Nullable String> trace) {
    this.action = action;
    this.trace = trace;
  }

  /**
   * One for a session.
   *
   * @param name what it is for
   * @param trace the trace that the calling thread is in, as W3C's {@code traceparent}; null for
   *     none
   */
  public static Remark of(String name, Supplier<@Nullable String> trace) {
    return new Remark("action=" + quoted(name), trace);
  }

  /**
   * The statement with the comment. One that has a comment already stays as it is, as the
   * specification says, and so does a call in JDBC's braces, which must end with them.
   */
  String on(String sql) {
    if (action.isEmpty() || sql.contains("/*") || sql.contains("--")) {
      return sql;
    }
    int end = end(sql);
    if (end == 0 || sql.charAt(end - 1) == '}') {
      return sql;
    }
    return sql.substring(0, end) + " /*" + action + traced() + "*/" + sql.substring(end);
  }

  /** Where the statement ends: before the semicolons and blanks at the end of the text. */
  private static int end(String sql) {
    int end = sql.length();
    while (end > 0 && (sql.charAt(end - 1) == ';' || Character.isWhitespace(sql.charAt(end - 1)))) {
      end--;
    }
    return end;
  }

  private String traced() {
    try {
      String parent = trace.get();
      return parent == null ? "" : ",traceparent=" + quoted(parent);
    } catch (RuntimeException failure) {
      Logs.noTrace(failure);
      return "";
    }
  }

  private static String quoted(String value) {
    return "'" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20") + "'";
  }
}
