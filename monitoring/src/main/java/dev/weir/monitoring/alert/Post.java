package dev.weir.monitoring.alert;

import dev.weir.monitoring.text.SafeText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One source and the alerts of its keys. Looks one after the other; what it knows can be read while
 * a look hangs.
 */
final class Post {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.monitoring.alert");
  private static final int MOST_KEYS = 1_000;

  private final String name;
  private final Hold hold;
  private final AlertSource source;
  private final AlertClock clock;
  private final BiConsumer<Track.Word, AlertReport> teller;

  /** By key; its own lock, never held over a look or a word. */
  private final Map<String, Track> tracks = new LinkedHashMap<>();

  private long failures;

  Post(
      String name,
      Hold hold,
      AlertSource source,
      AlertClock clock,
      BiConsumer<Track.Word, AlertReport> teller) {
    this.name = name;
    this.hold = hold;
    this.source = source;
    this.clock = clock;
    this.teller = teller;
  }

  String name() {
    return name;
  }

  void evaluate() {
    Map<String, Finding> found = new LinkedHashMap<>();
    try {
      for (Finding one : source.look()) {
        found.merge(one.key(), one, Post::graver);
      }
    } catch (RuntimeException failure) {
      failed(failure);
      return;
    }
    for (Said said : see(found)) {
      teller.accept(said.word, said.report);
    }
  }

  private record Said(Track.Word word, AlertReport report) {}

  /** Two findings of one key are one alert. */
  private static Finding graver(Finding one, Finding other) {
    if (one.wrong() != other.wrong()) {
      return one.wrong() ? one : other;
    }
    return one.severity().compareTo(other.severity()) >= 0 ? one : other;
  }

  private List<Said> see(Map<String, Finding> found) {
    Instant now = clock.instant();
    long nanos = clock.nanos();
    var said = new ArrayList<Said>();
    synchronized (tracks) {
      tracks.keySet().forEach(key -> found.putIfAbsent(key, Finding.fine(key)));
      for (Finding one : found.values()) {
        if (one.wrong() || tracks.containsKey(one.key())) {
          see(one, now, nanos, said);
        }
      }
      for (Iterator<Track> all = tracks.values().iterator(); all.hasNext(); ) {
        if (all.next().isForgettable(nanos)) {
          all.remove();
        }
      }
    }
    return said;
  }

  private void see(Finding one, Instant now, long nanos, List<Said> said) {
    if (tracks.size() >= MOST_KEYS && !tracks.containsKey(one.key())) {
      return;
    }
    Track track = tracks.computeIfAbsent(one.key(), _ -> new Track(hold, one, now));
    Track.Word word = track.see(one, now, nanos);
    if (word != Track.Word.NONE) {
      said.add(new Said(word, track.report()));
    }
  }

  private void failed(RuntimeException failure) {
    boolean first;
    synchronized (tracks) {
      first = failures++ == 0;
    }
    if (first) {
      LOG.warn(
          "Alerts of '{}' cannot be looked at: {}. They stay as they are; this is said once.",
          name,
          SafeText.of(failure));
    }
  }

  long failures() {
    synchronized (tracks) {
      return failures;
    }
  }

  List<AlertReport> reports() {
    synchronized (tracks) {
      return tracks.values().stream().map(Track::report).toList();
    }
  }
}
