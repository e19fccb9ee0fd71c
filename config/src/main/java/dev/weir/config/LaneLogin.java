package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A login of its own for a lane: the {@link LaneConfig#limit} of the lane is then its part of
 * {@code pool.max}, which nobody else has. Valid once it exists. Its text masks the password.
 * Immutable.
 *
 * @param user whom sessions of the lane log in as ({@code lanes.<name>.user})
 * @param password that user's password; {@link Secret#none()} for a server that asks for none
 *     ({@code lanes.<name>.password})
 */
public record LaneLogin(String user, Secret password) {
  /**
   * A login.
   *
   * @throws ConfigurationException if the user is blank
   */
  public LaneLogin {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    Problems problems = Problems.ofCode("lanes.<name>");
    check(problems, user, password);
    problems.throwIfAny();
  }

  /**
   * What is wrong with it.
   *
   * @param user null if none is given
   */
  static void check(Problems problems, @Nullable String user, Secret password) {
    problems.unless(
        user == null || (!user.isBlank() && user.indexOf('\0') < 0),
        "user",
        user,
        "must be the name of a login of the database");
    problems.unless(
        user != null || !password.isSet(),
        "password",
        null,
        "is the password of no login: set %s too, or take it out".formatted(problems.path("user")),
        "user");
  }

  /** The same with another password. */
  public LaneLogin password(Secret password) {
    return new LaneLogin(user, password);
  }
}
