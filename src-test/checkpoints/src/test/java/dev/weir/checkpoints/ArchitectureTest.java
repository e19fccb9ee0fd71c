package dev.weir.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void the_rules_look_at_real_classes_of_every_floor() {
    assertThat(House.CLASSES.size()).isGreaterThan(House.LEAST_CLASSES);
    Set<String> floors =
        House.CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    assertThat(floors)
        .contains(
            "dev.weir",
            "dev.weir.config",
            "dev.weir.gate",
            "dev.weir.tasks",
            "dev.weir.redis",
            "dev.weir.pool",
            "dev.weir.pool.admission",
            "dev.weir.pool.lease",
            "dev.weir.pool.socket",
            "dev.weir.pool.line",
            "dev.weir.monitoring");
  }

  @Test
  void floors_only_look_down() {
    Rules.FLOORS_LOOK_DOWN.check(House.CLASSES);
  }

  @Test
  void rooms_of_the_pool_only_look_down() {
    Rules.ROOMS_OF_THE_POOL_LOOK_DOWN.check(House.CLASSES);
  }

  @Test
  void packages_have_no_cycles() {
    Rules.NO_CYCLES.check(House.CLASSES);
  }

  @Test
  void only_the_task_floor_starts_threads() {
    Rules.THREADS_ARE_OF_THE_TASK_FLOOR.check(House.CLASSES);
  }

  @Test
  void nobody_keeps_a_thread_local_or_sleeps() {
    Rules.NO_THREAD_LOCAL_AND_NO_SLEEP.check(House.CLASSES);
  }

  @Test
  void gate_and_pool_count_by_the_monotonic_clock() {
    Rules.GATE_AND_POOL_COUNT_BY_THE_MONOTONIC_CLOCK.check(House.CLASSES);
  }

  @Test
  void no_metrics_library_enters_below_monitoring() {
    Rules.NO_METRICS_BELOW_MONITORING.check(House.CLASSES);
  }

  @Test
  void every_package_says_what_may_be_null() {
    assertThat(Rules.unmarked(House.CLASSES)).isEmpty();
  }

  @Test
  void names_say_what_a_class_is() {
    Rules.NAMES_SAY_WHAT_IT_IS.check(House.CLASSES);
  }

  /** Each rule, tried on the classes in {@code planted} packages, which break it. */
  @Nested
  class A_planted_class {
    private static final JavaClasses PLANTED =
        new ClassFileImporter()
            .importPackages(
                "dev.weir.config.planted", "dev.weir.gate.planted", "io.micrometer.planted");

    @Test
    void that_looks_up_is_found() {
      assertThat(broken(Rules.FLOORS_LOOK_DOWN))
          .contains("dev.weir.config.planted.Low", "dev.weir.gate.planted.Cyclic");
    }

    @Test
    void that_closes_a_cycle_is_found() {
      assertThat(broken(Rules.NO_CYCLES)).contains("Cycle detected", "planted.Cyclic");
    }

    @Test
    void that_closes_a_cycle_between_two_rooms_of_one_module_is_found() {
      assertThat(broken(Rules.NO_CYCLES)).contains("Slice gate.planted.room", "Inner.back(");
    }

    @Test
    void that_looks_up_inside_the_pool_is_found() {
      assertThat(
              Rules.ROOMS_OF_THE_POOL_LOOK_DOWN
                  .evaluate(new ClassFileImporter().importPackages("dev.weir.pool"))
                  .getFailureReport()
                  .toString())
          .contains("dev.weir.pool.line.Planted");
    }

    @Test
    void that_starts_threads_is_found_in_each_of_its_ways() {
      assertThat(broken(Rules.THREADS_ARE_OF_THE_TASK_FLOOR))
          .contains(
              PLANTED.get("dev.weir.gate.planted.Starter").getMethods().stream()
                  .map(way -> "." + way.getName() + "(")
                  .toList())
          .contains("Starter$OwnThread.<init>");
    }

    @Test
    void that_keeps_a_thread_local_or_sleeps_is_found() {
      assertThat(broken(Rules.NO_THREAD_LOCAL_AND_NO_SLEEP))
          .contains("Sleeper.<clinit>", "Sleeper.briefly(", "Sleeper.forLong(");
    }

    @Test
    void that_reads_the_wall_clock_is_found_in_each_of_its_ways() {
      assertThat(broken(Rules.GATE_AND_POOL_COUNT_BY_THE_MONOTONIC_CLOCK))
          .contains("Dated.millis(", "Dated.instant(", "Dated.clock(", "Dated.source(");
    }

    @Test
    void that_counts_is_found() {
      assertThat(broken(Rules.NO_METRICS_BELOW_MONITORING)).contains("gate.planted.CountsHelper");
    }

    @Test
    void in_a_package_without_a_word_on_null_is_found() {
      assertThat(Rules.unmarked(PLANTED)).contains("dev.weir.gate.planted");
    }

    @Test
    void with_an_empty_name_is_found() {
      assertThat(broken(Rules.NAMES_SAY_WHAT_IT_IS)).contains("gate.planted.CountsHelper");
    }

    private static String broken(ArchRule rule) {
      return rule.evaluate(PLANTED).getFailureReport().toString();
    }
  }
}
