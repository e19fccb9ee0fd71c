package dev.weir.monitoring.alert;

import static dev.weir.monitoring.alert.AlertState.FIRING;
import static dev.weir.monitoring.alert.AlertState.INACTIVE;
import static dev.weir.monitoring.alert.AlertState.PENDING;
import static dev.weir.monitoring.alert.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.monitoring.Evidence;
import dev.weir.monitoring.alert.AlertState.Level;
import dev.weir.monitoring.slo.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertStateTest {

  private static final long SECOND = 1_000_000_000;

  /** The whole table. */
  @ParameterizedTest
  @CsvSource({
    "INACTIVE, NONE, INACTIVE",
    "INACTIVE, SOME, PENDING",
    "INACTIVE, ENOUGH, PENDING",
    "INACTIVE, MET, FIRING",
    "PENDING, NONE, INACTIVE",
    "PENDING, SOME, PENDING",
    "PENDING, ENOUGH, PENDING",
    "PENDING, MET, FIRING",
    "FIRING, NONE, RESOLVED",
    "FIRING, SOME, RESOLVED",
    "FIRING, ENOUGH, FIRING",
    "FIRING, MET, FIRING",
    "RESOLVED, NONE, RESOLVED",
    "RESOLVED, SOME, PENDING",
    "RESOLVED, ENOUGH, PENDING",
    "RESOLVED, MET, FIRING"
  })
  void goes_from_each_state_at_each_level_where_the_table_says(
      AlertState from, Level level, AlertState to) {
    assertThat(from.next(level)).isEqualTo(to);
  }

  private static Finding found(boolean wrong) {
    return found(wrong, Severity.TICKET);
  }

  private static Finding found(boolean wrong, Severity severity) {
    return new Finding("disk", severity, wrong, "full", Evidence.of("free", 0), "clean up");
  }

  /** Looks every second. */
  private static final class Watch {
    final Track track;
    long second;

    Watch(Hold hold) {
      track = new Track(hold, found(false), Instant.EPOCH);
    }

    Track.Word see(boolean wrong) {
      return see(found(wrong));
    }

    Track.Word see(Finding finding) {
      second++;
      return track.see(finding, Instant.ofEpochSecond(second), second * SECOND);
    }

    List<AlertState> states(String looks) {
      var states = new ArrayList<AlertState>();
      for (int i = 0; i < looks.length(); i++) {
        see(looks.charAt(i) == '1');
        states.add(track.report().state());
      }
      return states;
    }
  }

  @Nested
  class Of_three_out_of_five {

    private final Watch watch = new Watch(Hold.atOnce().outOf(3, 5));

    @Test
    void fires_at_the_third_and_is_over_when_fewer_are_left() {
      assertThat(watch.states("0101100"))
          .containsExactly(INACTIVE, PENDING, PENDING, PENDING, FIRING, FIRING, RESOLVED);
    }

    @Test
    void passes_without_a_word_over_what_flickers() {
      assertThat(watch.states("100001000010000")).doesNotContain(FIRING, RESOLVED);
    }
  }

  @Nested
  class That_must_last {

    private final Watch watch = new Watch(Hold.atOnce().lasting(Duration.ofSeconds(3)));

    @Test
    void fires_after_that_time_without_a_gap() {
      assertThat(watch.states("1110111110"))
          .containsExactly(
              PENDING, PENDING, PENDING, INACTIVE, PENDING, PENDING, PENDING, FIRING, FIRING,
              RESOLVED);
    }
  }

  @Nested
  class That_cools_down {

    private final Watch watch = new Watch(Hold.atOnce().cooldown(Duration.ofSeconds(10)));

    @Test
    void fires_in_silence_until_it_is_cool_and_then_says_so() {
      assertThat(watch.see(true)).isEqualTo(Track.Word.FIRED);
      assertThat(watch.see(false)).isEqualTo(Track.Word.RESOLVED);
      assertThat(watch.see(true)).isEqualTo(Track.Word.CHANGED);
      assertThat(watch.track.report().silent()).isTrue();
      for (int second = 4; second < 11; second++) {
        assertThat(watch.see(true)).isEqualTo(Track.Word.NONE);
      }
      assertThat(watch.see(true)).isEqualTo(Track.Word.FIRED);
      assertThat(watch.track.report().silent()).isFalse();
      assertThat(watch.track.report().fired()).isEqualTo(2);
    }

    @Test
    void does_not_tell_of_the_end_of_what_it_did_not_tell_of() {
      watch.see(true);
      watch.see(false);
      watch.see(true);
      assertThat(watch.see(false)).isEqualTo(Track.Word.CHANGED);
    }
  }

  @Nested
  class While_it_fires {

    private final Watch watch = new Watch(Hold.atOnce());

    @Test
    void says_it_once_and_again_only_for_something_graver() {
      assertThat(watch.see(true)).isEqualTo(Track.Word.FIRED);
      assertThat(watch.see(true)).isEqualTo(Track.Word.NONE);
      assertThat(watch.see(found(true, Severity.PAGE))).isEqualTo(Track.Word.FIRED);
      assertThat(watch.see(true)).isEqualTo(Track.Word.NONE);
    }

    @Test
    void tells_of_its_end_what_was_wrong() {
      watch.see(true);
      watch.see(Finding.fine("disk"));
      assertThat(watch.track.report().text()).isEqualTo("full (free 0); clean up");
      assertThat(watch.track.report().before()).isEqualTo(FIRING);
    }
  }

  /** Against all looks kept in a list, and words counted from the outside. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void agrees_with_a_list_of_all_looks(long seed) {
    var random = new Random(seed);
    for (int run = 0; run < 40; run++) {
      int of = 1 + random.nextInt(Hold.MOST);
      int needed = 1 + random.nextInt(of);
      var watch = new Watch(Hold.atOnce().outOf(needed, of));
      var looks = new ArrayList<Boolean>();
      boolean firing = false;
      for (int i = 0; i < 300; i++) {
        boolean wrong = random.nextInt(100) < (i / 60 % 2 == 0 ? 20 : 85);
        looks.add(wrong);
        Track.Word word = watch.see(wrong);
        long count =
            looks.subList(Math.max(0, looks.size() - of), looks.size()).stream()
                .filter(it -> it)
                .count();
        boolean fires = count >= needed;
        assertThat(word == Track.Word.FIRED).isEqualTo(fires && !firing);
        assertThat(word == Track.Word.RESOLVED).isEqualTo(firing && !fires);
        firing = fires;
      }
    }
  }

  @Test
  void a_hold_that_cannot_be_met_is_refused_with_every_problem() {
    assertThatThrownBy(() -> new Hold(3, 0, Duration.ofSeconds(-1), Duration.ofSeconds(-2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of = 0")
        .hasMessageContaining("needed = 3")
        .hasMessageContaining("lasting = PT-1S")
        .hasMessageContaining("cooldown = PT-2S");
  }
}
