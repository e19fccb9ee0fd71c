package dev.weir.config.keys;

/**
 * One setting. Immutable.
 *
 * @param path its key without the prefix {@code weir.}; {@code <name>} stands for a name
 * @param form how its value is written
 * @param meaning what it decides, in one phrase
 */
public record Key(String path, Form form, String meaning) {
  /** How a value is written, and how much of it may be shown. */
  public enum Form {
    /** A whole number. */
    NUMBER("whole number"),
    /** A whole number or the word unlimited. */
    LIMIT("whole number or `unlimited`"),
    /** True or false. */
    FLAG("`true` or `false`"),
    /** A time with its unit. */
    DURATION("time (`250ms`, `5s`, `2m`, `1h`, `PT5S`)"),
    /** A time with its unit or the word none. */
    DURATION_OR_NONE("time, or `none`"),
    /** Whom a lane turns away. */
    SHEDDING("`auto`, `off` or time"),
    /** What statements tell of their session. */
    COMMENTS("`off`, `name` or `trace`"),
    /** Whether the pool changes something by itself. */
    ADAPTING("`off`, `advise` or `on`"),
    /** What stands before the server. */
    POOLER("`none` or `transaction`"),
    /** Where metrics go. */
    TARGET("`auto`, `otel`, `micrometer` or `none`"),
    /** What becomes a span. */
    SPANS("`all`, `work` or `off`"),
    /** Plain text. */
    TEXT("text"),
    /** Names between commas. */
    NAMES("names, comma separated"),
    /** One of the profiles. */
    PROFILE("`development`, `test` or `production`"),
    /** A URL, which may carry a password. */
    ADDRESS("URL (a password in it is never shown)"),
    /** A secret, never shown. */
    SECRET("secret (never shown)"),
    /** The path of a file that holds a secret. */
    SECRET_FILE("path of a file");

    private final String words;

    Form(String words) {
      this.words = words;
    }

    /** The form in words, for the documentation. */
    public String words() {
      return words;
    }
  }

  /** What stands in a path for a name. */
  public static final String NAME = "<name>";

  /** The path with the name put in. */
  public String named(String name) {
    return path.replace(NAME, name);
  }

  /** Whether the key exists once for each name. */
  public boolean hasName() {
    return path.contains(NAME);
  }
}
