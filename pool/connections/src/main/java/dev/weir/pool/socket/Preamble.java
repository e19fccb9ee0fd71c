package dev.weir.pool.socket;

import java.sql.SQLException;

/**
 * What must be said to the server at the beginning of a transaction, or of a borrow: what the lane
 * wants watched, unless it was told before, and, where nothing can be set for longer, the
 * isolation. Used by whoever has borrowed the connection.
 */
public final class Preamble {

  /** Whether what is said holds for a transaction only. */
  private final boolean local;

  /** What the server was last told to watch over. */
  private ServerGuards guards = ServerGuards.NONE;

  /** What the lane of the present borrow wants. */
  private ServerGuards wanted = ServerGuards.NONE;

  private String isolation = "";

  Preamble(boolean local) {
    this.local = local;
  }

  /** What the lane of the borrow that begins wants the server to watch over. */
  public void wants(ServerGuards lanes) {
    wanted = lanes;
  }

  /** How transactions begin from now on, in SQL's words; only where nothing holds for longer. */
  public void isolation(String level) {
    isolation = "SET TRANSACTION ISOLATION LEVEL " + level + ";";
  }

  /** Whether the present borrow runs as another role than the login's own. */
  public boolean hasRole() {
    return !wanted.role().isEmpty();
  }

  /** The role that the present borrow runs as; empty for the login's own. */
  public String role() {
    return wanted.role();
  }

  /** Whether there is anything to say. */
  boolean isAny() {
    return local ? !(wanted.local().isEmpty() && isolation.isEmpty()) : !watches(wanted);
  }

  /** What is to be said; empty if there is nothing. */
  public String text() {
    if (local) {
      return wanted.local() + isolation;
    }
    return wanted.after(guards);
  }

  /** The same failure to say it, or what it means for the role, if it is about that. */
  SQLException explained(SQLException refused) {
    String state = String.valueOf(refused.getSQLState());
    if (!hasRole() || !(state.equals("42501") || state.equals("22023"))) {
      return refused;
    }
    var known =
        new ConnectTrouble.Known(ConnectTrouble.ROLE, String.valueOf(refused.getMessage()), state);
    known.addSuppressed(refused);
    return known;
  }

  /** The transaction that began with it has committed, so it holds. */
  public void committed() {
    if (!local) {
      guards = wanted;
    }
  }

  /** Whether the server watches over them already. */
  boolean watches(ServerGuards others) {
    return guards.limits().equals(others.limits()) && guards.role().equals(others.role());
  }

  /** The server was told this by others. */
  void told(ServerGuards others) {
    guards = others;
  }

  /** The borrow is over. */
  void forget() {
    isolation = "";
  }
}
