package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChangedSettingTest {
  private final ConfigLoader loader =
      ConfigLoader.empty()
          .set("pool.max", "12")
          .set("postgres.password", "canary-old")
          .set("redis.uri", "redis://:canary-old@there:6379")
          .set("lanes.batch.limit", "2")
          .set("lanes.batch.user", "importer")
          .set("lanes.batch.password", "canary-old");

  @Test
  void is_named_with_both_its_values() {
    WeirConfig later = loader.set("pool.max", "14").set("postgres.user", "app").load();

    assertThat(loader.load().changesTo(later))
        .extracting(ChangedSetting::toString)
        .containsExactly("postgres.user: (not set) -> app", "pool.max: 12 -> 14");
  }

  @Test
  void is_seen_where_only_its_secret_part_differs_and_does_not_show_it() {
    WeirConfig later =
        loader
            .set("postgres.password", "canary-new")
            .set("redis.uri", "redis://:canary-new@there:6379")
            .set("lanes.batch.password", "canary-new")
            .load();

    assertThat(loader.load().changesTo(later))
        .extracting(ChangedSetting::key)
        .containsExactly("postgres.password", "lanes.batch.password", "redis.uri");
    assertThat(loader.load().changesTo(later).toString()).doesNotContain("canary");
  }

  @Test
  void is_one_of_a_lane_that_came_or_went() {
    WeirConfig later = loader.set("lanes", "reports").load();

    assertThat(loader.load().changesTo(later))
        .extracting(ChangedSetting::key)
        .contains("lanes", "lanes.reports.weight");
  }

  @Test
  void is_none_where_nothing_changed() {
    assertThat(loader.load().changesTo(loader.load())).isEmpty();
  }
}
