package dev.weir.pool.socket;

import org.jspecify.annotations.Nullable;

/** Who has borrowed a socket: for reports, which may be a moment late. */
public final class Loan {

  private @Nullable Thread borrower;
  private String lane = "";
  private int number;
  private @Nullable Throwable place;

  /**
   * The calling thread has it now.
   *
   * @param lane for a call of that lane
   * @param place where, if somebody wants to know
   */
  public void begin(String lane, @Nullable Throwable place) {
    this.lane = lane;
    this.place = place;
    number++;
    borrower = Thread.currentThread();
  }

  void end() {
    borrower = null;
  }

  /** The thread that borrowed it last; null if it has come back. */
  public @Nullable Thread borrower() {
    return borrower;
  }

  /** For which lane it was borrowed last. */
  public String lane() {
    return lane;
  }

  /** How often it was borrowed; tells one borrow from the next. */
  public int number() {
    return number;
  }

  /** Where it was borrowed last, if somebody wanted to know. */
  public @Nullable Throwable place() {
    return place;
  }
}
