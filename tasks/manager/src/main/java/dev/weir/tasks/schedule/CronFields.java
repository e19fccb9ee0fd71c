package dev.weir.tasks.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The local times of an expression, by cron-utils: in a zone without changes, because what it does
 * at a change drops the run of a day.
 */
record CronFields(String text, boolean everyHour, ExecutionTime times) {

  private static final List<String> NAMES =
      List.of("minute", "hour", "day of month", "month", "day of week");
  private static final int HOUR = 1;
  private static final int DAY_OF_MONTH = 2;
  private static final int MONTH = 3;
  private static final LocalDateTime LONG_AGO = LocalDateTime.of(2000, 1, 1, 0, 0);
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException naming every fault
   */
  static CronFields parse(String expression) {
    List<String> parts =
        List.of(Objects.requireNonNull(expression, "expression").strip().split("\\s+"));
    String text = String.join(" ", parts);
    ExecutionTime times = timesOf(expression, text, parts);
    var fields = new CronFields(text, parts.get(HOUR).equals("*"), times);
    if (fields.after(LONG_AGO).isEmpty()) {
      throw new IllegalArgumentException(
          "cron '%s' never comes: no month of '%s' has a day of '%s'. Change one of the two."
              .formatted(expression, parts.get(MONTH), parts.get(DAY_OF_MONTH)));
    }
    return fields;
  }

  private static ExecutionTime timesOf(String expression, String text, List<String> parts) {
    try {
      return timesOf(text);
    } catch (RuntimeException first) {
      List<String> faults = faultsOf(parts);
      throw new IllegalArgumentException(
          "cron '%s' cannot be read: %s"
              .formatted(expression, faults.isEmpty() ? said(first) : String.join("; ", faults)));
    }
  }

  /** Each field is read with the others left open, because the library stops at the first. */
  private static List<String> faultsOf(List<String> parts) {
    if (parts.size() != NAMES.size()) {
      return List.of(
          "it has %d fields, and needs %d: %s"
              .formatted(parts.size(), NAMES.size(), String.join(", ", NAMES)));
    }
    var faults = new ArrayList<String>();
    for (int i = 0; i < parts.size(); i++) {
      var alone = new ArrayList<>(List.of("*", "*", "*", "*", "*"));
      alone.set(i, parts.get(i));
      try {
        timesOf(String.join(" ", alone));
      } catch (RuntimeException fault) {
        faults.add("%s '%s' (%s)".formatted(NAMES.get(i), parts.get(i), said(fault)));
      }
    }
    return faults;
  }

  private static String said(RuntimeException fault) {
    return String.valueOf(fault.getMessage()).replace("Failed to parse cron expression. ", "");
  }

  private static ExecutionTime timesOf(String text) {
    return ExecutionTime.forCron(PARSER.parse(text));
  }

  /** The first local time after {@code time} that fits. */
  Optional<LocalDateTime> after(LocalDateTime time) {
    return times.nextExecution(time.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
  }
}
