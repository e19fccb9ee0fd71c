package dev.weir.config;

import dev.weir.config.text.Masking;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A password or the like: its text comes out by {@link #reveal()} alone, and every other way of
 * showing it gives {@code ***}. Equal when given equally: the same text, the same file, the same
 * callback. Immutable and safe to share; a callback must be safe to call from any thread.
 */
public final class Secret {
  private static final Secret NONE =
      new Secret(
          Kind.NONE,
          "",
          () -> {
            throw new IllegalStateException(
                "no secret was given; ask isSet() first, or give one, such as postgres.password");
          });

  private enum Kind {
    NONE,
    TEXT,
    FILE,
    CALLBACK
  }

  private final Kind kind;
  // The text, the path or the callback itself: what makes two secrets of a kind equal.
  private final Object given;
  private final Supplier<String> reader;

  private Secret(Kind kind, Object given, Supplier<String> reader) {
    this.kind = kind;
    this.given = given;
    this.reader = reader;
  }

  /** A secret known now. */
  public static Secret of(String text) {
    Objects.requireNonNull(text, "text");
    return new Secret(Kind.TEXT, text, () -> text);
  }

  /** A secret kept in a file: read at each reveal, so it may change; one line end is dropped. */
  public static Secret file(Path path) {
    Objects.requireNonNull(path, "path");
    return new Secret(Kind.FILE, path, () -> read(path));
  }

  /** A secret that is asked for at each reveal. */
  public static Secret from(Supplier<String> callback) {
    Objects.requireNonNull(callback, "callback");
    return new Secret(Kind.CALLBACK, callback, () -> ask(callback));
  }

  /** No secret. */
  public static Secret none() {
    return NONE;
  }

  /** Whether there is a secret to reveal. */
  public boolean isSet() {
    return kind != Kind.NONE;
  }

  /**
   * The text itself.
   *
   * @throws IllegalStateException if there is none, or the callback gave null
   * @throws UncheckedIOException if its file cannot be read
   */
  public String reveal() {
    return reader.get();
  }

  /** Where it is kept, for {@code describe()}; never what it is. */
  String shown() {
    return switch (kind) {
      case NONE -> "";
      case FILE -> Masking.MASK + " (in " + given + ")";
      case TEXT, CALLBACK -> Masking.MASK;
    };
  }

  private static String ask(Supplier<String> callback) {
    String answer = callback.get();
    if (answer == null) {
      throw new IllegalStateException("the callback for a secret gave null; it must give the text");
    }
    return answer;
  }

  private static String read(Path path) {
    try {
      String text = Files.readString(path);
      if (text.endsWith("\r\n")) {
        return text.substring(0, text.length() - 2);
      }
      return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read the secret in " + path, unreadable);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret && kind == secret.kind && given.equals(secret.given);
  }

  /** The same for all: a hash of a secret says something about it. */
  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  /** Always {@code ***}. */
  @Override
  public String toString() {
    return Masking.MASK;
  }
}
