package dev.weir.tasks.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.spi.Step;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FollowedEventTest {

  private final List<String> heard = new CopyOnWriteArrayList<>();

  private EventListener follower(boolean follows, boolean broken) {
    return new EventListener() {
      @Override
      public boolean follows() {
        return follows;
      }

      @Override
      public Step handling(String subscriber, Object event) {
        heard.add(subscriber + " begins " + event);
        return new Step() {
          @Override
          public void note(Note note, @Nullable Throwable why) {}

          @Override
          public void end(@Nullable Throwable failure) {
            if (broken) {
              throw new IllegalStateException("end");
            }
            heard.add("ends " + (failure == null ? "well" : failure.getMessage()));
          }
        };
      }
    };
  }

  private void publish(EventListener... listeners) {
    try (SystemTasks system = SystemTasks.open(List.of());
        EventBus bus =
            EventBus.open(
                EventSettings.defaults(),
                system,
                EventSeams.none().listeners(List.of(listeners)))) {
      bus.subscribe(Delivery.sync("good"), String.class, it -> heard.add("hears " + it));
      bus.subscribe(
          Delivery.sync("bad"),
          Integer.class,
          _ -> {
            throw new IllegalStateException("boom");
          });
      bus.publish("x");
      bus.publish(1);
      bus.publish(2L);
      bus.publish("y");
      assertThat(bus.snapshot().byType())
          .containsOnly(
              java.util.Map.entry("java.lang.String", 2L),
              java.util.Map.entry("java.lang.Integer", 1L),
              java.util.Map.entry("java.lang.Long", 1L));
      assertThat(bus.snapshot().published()).isEqualTo(4);
    }
  }

  @Test
  void who_follows_hears_of_the_beginning_and_the_end_of_each_handling() {
    publish(follower(true, false));
    assertThat(heard)
        .containsExactly(
            "good begins x",
            "hears x",
            "ends well",
            "bad begins 1",
            "ends boom",
            "good begins y",
            "hears y",
            "ends well");
  }

  @Test
  void one_that_throws_hurts_nobody_and_one_that_does_not_follow_is_not_asked() {
    publish(follower(true, true), follower(false, false));
    assertThat(heard).contains("hears x", "hears y").filteredOn("good begins x"::equals).hasSize(1);
  }
}
