package dev.weir.benchmarks.load.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Locale;

/**
 * Where and when it was measured. Immutable.
 *
 * @param hardware processors and memory
 * @param software operating system and JDK
 * @param load the machine's load average when it began: what else was going on
 * @param date of the run
 */
public record Machine(String hardware, String software, double load, LocalDate date) {

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /** This one, now. */
  public static Machine here(Clock clock) {
    var system =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return new Machine(
        "%d processors%s, %d GiB"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                model(),
                Math.round(system.getTotalMemorySize() / 1e9 / 1.073741824)),
        "%s %s, JDK %s".formatted(system.getName(), system.getArch(), Runtime.version()),
        system.getSystemLoadAverage(),
        LocalDate.now(clock));
  }

  private static String model() {
    try {
      return Files.readAllLines(PROCESSORS).stream()
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> " (" + line.substring(line.indexOf(':') + 1).strip() + ")")
          .orElse("");
    } catch (IOException notTold) {
      return "";
    }
  }

  /** In one line. */
  public String line() {
    return String.format(
        Locale.ROOT, "%s; %s; load average %.1f at the start; %s", hardware, software, load, date);
  }
}
