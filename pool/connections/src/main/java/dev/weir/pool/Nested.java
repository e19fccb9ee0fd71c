package dev.weir.pool;

import dev.weir.pool.session.Transaction;
import org.jspecify.annotations.Nullable;

/** What a session inside another may be. */
final class Nested {

  private Nested() {}

  /**
   * Checks that the inner one can have what it wants on the connection of the outer one.
   *
   * @param login the lane's own one that the outer one's connection logged in as; else empty
   * @throws IllegalStateException if it cannot, or does not want to be inside another
   */
  static void check(Session outer, Sessions.Wish inner, String login) {
    Access access = inner.access();
    if (access.nesting() == Access.Nesting.REFUSE) {
      throw refusal(inner, outer, "its access refuses nesting; call it outside any session");
    }
    if (outer.isReadOnly() && !access.isReadOnly()) {
      throw refusal(
          inner,
          outer,
          "it shares the connection and could not write; ask for Access.readOnly() inside, or for"
              + " Access.readWrite() outside");
    }
    checkRights(outer, inner, login);
    Transaction around = Sessions.around(outer);
    Access.Isolation wanted = access.rules().isolation();
    if (around != null && wanted != null && !wanted.sql().equals(around.isolation())) {
      throw refusal(
          inner,
          outer,
          "it wants %s, but the transaction it would join is %s, which cannot change any more; set the isolation of the outer one"
              .formatted(wanted.sql(), name(around.isolation())));
    }
  }

  /** That the connection logged in, and runs, as whom the inner one's lane or access wants. */
  private static void checkRights(Session outer, Sessions.Wish inner, String login) {
    String lane = inner.access().lane();
    String wantedLogin = inner.lane().login();
    if (!wantedLogin.isEmpty() && !wantedLogin.equals(login)) {
      throw refusal(
          inner,
          outer,
          "its lane '%s' logs in as '%s' (lanes.%s.user), but the connection as %s; open it outside, or name another lane"
              .formatted(lane, wantedLogin, lane, login.isEmpty() ? "all do" : "'" + login + "'"));
    }
    String wantedRole = inner.lane().role();
    String role = outer.tenure().role();
    if (!wantedRole.isEmpty() && !wantedRole.equals(role)) {
      throw refusal(
          inner,
          outer,
          "it wants the role '%s', but the connection runs as %s; open it outside, or leave the role to the outer one"
              .formatted(wantedRole, role.isEmpty() ? "the login" : "'" + role + "'"));
    }
  }

  private static String name(@Nullable String isolation) {
    return isolation == null ? "of the server's default isolation" : isolation;
  }

  private static IllegalStateException refusal(Sessions.Wish inner, Session outer, String why) {
    String kind = inner.access().isReadOnly() ? "read-only" : "read-write";
    String name = inner.access().name();
    return new IllegalStateException(
        "A %s session%s cannot begin inside %s: %s."
            .formatted(kind, name == null ? "" : " '" + name + "'", outer.title(), why));
  }
}
