package dev.weir.config.sources;

/**
 * A value as it was written. Immutable.
 *
 * @param kind the kind of its source
 * @param key its key without prefix; in the environment the name of the variable
 * @param value the text
 * @param place the file, variable or property
 * @param line the line of a file, from 1; 0 elsewhere
 */
public record Raw(Kind kind, String key, String value, String place, int line) {
  /** Kinds of sources; a later one wins over an earlier one. */
  public enum Kind {
    /** {@code weir.properties} on the class path. */
    CLASS_PATH,
    /** {@code weir.properties} in the working directory. */
    DIRECTORY,
    /** An environment variable. */
    ENVIRONMENT,
    /** A system property. */
    SYSTEM_PROPERTY,
    /** The program. */
    CODE
  }

  /** A value set by the program. */
  public static Raw code(String key, String value) {
    return new Raw(Kind.CODE, key, value, "code", 0);
  }

  /** The same value under the key it turned out to mean. */
  public Raw meaning(String resolved) {
    return new Raw(kind, resolved, value, place, line);
  }
}
