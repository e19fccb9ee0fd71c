/**
 * When jobs run, as values: a {@link dev.weir.tasks.schedule.Schedule} says what is wanted, a
 * {@link dev.weir.tasks.schedule.ScheduleHandle} steers what came of it. Nothing here waits, counts
 * or starts anything, and nothing may enter that knows a task. Start reading at {@link
 * dev.weir.tasks.schedule.Schedule}, then at {@link dev.weir.tasks.schedule.Cron}.
 */
@NullMarked
package dev.weir.tasks.schedule;

import org.jspecify.annotations.NullMarked;
