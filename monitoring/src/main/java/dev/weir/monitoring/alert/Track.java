package dev.weir.monitoring.alert;

import dev.weir.monitoring.slo.Severity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One key's way through the states. Not safe for use by many threads. */
final class Track {

  /** What is to be done about a look. */
  enum Word {
    /** Nothing happened. */
    NONE,
    /** It changed, and nobody is told. */
    CHANGED,
    /** It fires: tell. */
    FIRED,
    /** It is over: tell. */
    RESOLVED
  }

  private final Hold hold;
  private Finding finding;
  private AlertState state = AlertState.INACTIVE;
  private AlertState before = AlertState.INACTIVE;
  private Instant at;
  private long fired;

  /** The last looks, the newest in the lowest bit: set if it was wrong. */
  private long looks;

  private long wrongSince;
  private boolean silent;
  private @Nullable Severity told;
  private long toldAt;
  private boolean everTold;

  Track(Hold hold, Finding finding, Instant at) {
    this.hold = hold;
    this.finding = finding;
    this.at = at;
  }

  Word see(Finding seen, Instant now, long nanos) {
    boolean wasWrong = (looks & 1) != 0;
    looks = looks << 1 | (seen.wrong() ? 1 : 0);
    if (seen.wrong()) {
      wrongSince = wasWrong ? wrongSince : nanos;
      finding = seen; // what is over is told with what it was
    }
    AlertState next = state.next(level(nanos));
    boolean changed = next != state;
    if (changed) {
      before = state;
      state = next;
      at = now;
    }
    return state == AlertState.FIRING ? firing(changed, nanos) : quiet(changed);
  }

  private AlertState.Level level(long nanos) {
    int wrong = Long.bitCount(looks & ((1L << hold.of()) - 1));
    if (wrong == 0) {
      return AlertState.Level.NONE;
    }
    if (wrong < hold.needed()) {
      return AlertState.Level.SOME;
    }
    boolean longEnough =
        hold.lasting().isZero()
            || ((looks & 1) != 0 && nanos - wrongSince >= hold.lasting().toNanos());
    return longEnough ? AlertState.Level.MET : AlertState.Level.ENOUGH;
  }

  private Word firing(boolean changed, long nanos) {
    if (changed) {
      fired++;
      silent = everTold && nanos - toldAt < hold.cooldown().toNanos();
    } else if (silent && nanos - toldAt >= hold.cooldown().toNanos()) {
      silent = false;
    } else if (silent || (told != null && finding.severity().compareTo(told) <= 0)) {
      return Word.NONE;
    }
    if (silent) {
      return Word.CHANGED;
    }
    told = finding.severity();
    toldAt = nanos;
    everTold = true;
    return Word.FIRED;
  }

  private Word quiet(boolean changed) {
    if (!changed) {
      return Word.NONE;
    }
    boolean tell = state == AlertState.RESOLVED && told != null;
    told = null;
    return tell ? Word.RESOLVED : Word.CHANGED;
  }

  /** Whether nothing is lost if it is forgotten. */
  boolean isForgettable(long nanos) {
    boolean calm = state == AlertState.INACTIVE || state == AlertState.RESOLVED;
    boolean cool = !everTold || nanos - toldAt >= hold.cooldown().toNanos();
    return calm && cool && looks == 0;
  }

  AlertReport report() {
    return new AlertReport(
        finding.key(),
        state,
        before,
        finding.severity(),
        at,
        fired,
        silent && state == AlertState.FIRING,
        finding.text());
  }
}
