package dev.weir.pool.session;

import dev.weir.pool.socket.Words;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds what ends a transaction in the text of statements: {@code COMMIT}, {@code END}, {@code
 * ROLLBACK}, {@code ABORT} and {@code PREPARE TRANSACTION}, wherever a statement begins. A rollback
 * to a savepoint ends none.
 *
 * <p>A text of one statement costs a look at its first word. What a function or procedure does is
 * the server's to refuse, and it does.
 */
final class TransactionControl {

  private final String sql;
  private final Words words;

  private TransactionControl(String sql) {
    this.sql = sql;
    this.words = new Words(sql);
  }

  /** The command that would end the transaction, as it is called; null if there is none. */
  static @Nullable String in(String sql) {
    int first = 0;
    while (first < sql.length() && sql.charAt(first) <= ' ') {
      first++;
    }
    if (sql.indexOf(';', first) < 0 && (first == sql.length() || !mayBegin(sql.charAt(first)))) {
      return null;
    }
    return new TransactionControl(sql).find();
  }

  /** As one of the commands does, or a comment before it. */
  private static boolean mayBegin(char first) {
    return "cCeErRaApP/-".indexOf(first) >= 0;
  }

  private @Nullable String find() {
    while (!words.isAtEnd()) {
      String word = words.next();
      String ending = ending(word);
      if (ending != null) {
        return ending;
      }
      if (word.equals("CREATE") && sql.toUpperCase(Locale.ROOT).contains("ATOMIC")) {
        return null; // The body of a function of standard SQL: its END is that of the body.
      }
      words.skipStatement();
    }
    return null;
  }

  private @Nullable String ending(String word) {
    return switch (word) {
      case "COMMIT", "END" -> word;
      case "ROLLBACK", "ABORT" -> isToSavepoint() ? null : word;
      case "PREPARE" -> words.next().equals("TRANSACTION") ? "PREPARE TRANSACTION" : null;
      default -> null;
    };
  }

  private boolean isToSavepoint() {
    String next = words.next();
    return next.equals("TO")
        || ((next.equals("WORK") || next.equals("TRANSACTION")) && words.next().equals("TO"));
  }
}
