package dev.weir.pool.socket;

import java.util.Locale;
import org.postgresql.core.Parser;

/** Reads a text of SQL word by word and statement by statement, past comments and quotes. */
public final class Words {

  private final char[] text;
  private final String sql;
  private int at;

  /** At the beginning of that text. */
  public Words(String sql) {
    this.sql = sql;
    this.text = sql.toCharArray();
  }

  /** Whether there is nothing left. */
  public boolean isAtEnd() {
    return at >= text.length;
  }

  /** The next word, in capitals; empty if something else comes next. */
  public String next() {
    while (at < text.length && (text[at] <= ' ' || skipComment())) {
      at++;
    }
    int start = at;
    while (at < text.length && Character.isJavaIdentifierPart(text[at])) {
      at++;
    }
    return sql.substring(start, at).toUpperCase(Locale.ROOT);
  }

  /** If a comment begins here, goes to its last character. */
  private boolean skipComment() {
    int start = at;
    at = comment(at);
    return at != start;
  }

  private int comment(int from) {
    int last =
        switch (text[from]) {
          case '-' -> Parser.parseLineComment(text, from);
          case '/' -> Parser.parseBlockComment(text, from);
          default -> from;
        };
    return Math.min(last, text.length - 1); // one that is never closed ends beyond the text
  }

  /** Goes behind the next semicolon that ends a statement. */
  public void skipStatement() {
    while (at < text.length && text[at] != ';') {
      at =
          switch (text[at]) {
            case '\'' -> Parser.parseSingleQuotes(text, at, true);
            case '"' -> Parser.parseDoubleQuotes(text, at);
            case '$' -> Parser.parseDollarQuotes(text, at);
            default -> comment(at);
          };
      at++;
    }
    at++;
  }
}
