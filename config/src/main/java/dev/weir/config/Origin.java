package dev.weir.config;

import java.io.Serializable;

/** Where the value of a setting came from; its text is fit for messages. Immutable. */
public sealed interface Origin extends Serializable {
  /** Weir's own default, the same in every profile. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /** The default of the profile in force. */
  record OfProfile(Profile profile) implements Origin {
    @Override
    public String toString() {
      return "profile " + profile;
    }
  }

  /** A line of a properties file; lines count from 1, and 0 means the file as a whole. */
  record PropertiesFile(String file, int line) implements Origin {
    @Override
    public String toString() {
      return line == 0 ? file : file + ", line " + line;
    }
  }

  /** An environment variable, by its full name. */
  record Environment(String variable) implements Origin {
    @Override
    public String toString() {
      return "environment " + variable;
    }

    @Override
    public String brief() {
      return variable;
    }
  }

  /** A system property, by its full name. */
  record SystemProperty(String property) implements Origin {
    @Override
    public String toString() {
      return "system property " + property;
    }
  }

  /** Set by the program: through the loader, a constructor or a wither. */
  record Code() implements Origin {
    @Override
    public String toString() {
      return "code";
    }
  }

  /** The origin as problems show it in brackets; an environment variable by its bare name. */
  default String brief() {
    return toString();
  }
}
