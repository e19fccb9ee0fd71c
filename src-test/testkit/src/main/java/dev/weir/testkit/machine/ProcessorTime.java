package dev.weir.testkit.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * The time of all processors since the machine was started, in its own ticks, and how much of it
 * other virtual machines took away. Immutable.
 *
 * @param all in all, zero where it is not told
 * @param stolen taken away
 */
public record ProcessorTime(long all, long stolen) {

  private static final Path STAT = Path.of("/proc/stat");
  private static final int STOLEN = 7;

  /** As of now; nothing is told where there is no /proc/stat, or where it says too little. */
  public static ProcessorTime now() {
    try {
      return Files.isReadable(STAT) ? parse(Files.readString(STAT)) : new ProcessorTime(0, 0);
    } catch (IOException unreadable) {
      return new ProcessorTime(0, 0);
    }
  }

  static ProcessorTime parse(String stat) {
    String line = stat.lines().findFirst().orElse("");
    long[] ticks =
        Arrays.stream(line.split(" +", -1)).skip(1).limit(8).mapToLong(Long::parseLong).toArray();
    return ticks.length <= STOLEN
        ? new ProcessorTime(0, 0)
        : new ProcessorTime(Arrays.stream(ticks).sum(), ticks[STOLEN]);
  }

  /** What passed since then. */
  public ProcessorTime minus(ProcessorTime earlier) {
    return new ProcessorTime(all - earlier.all, stolen - earlier.stolen);
  }

  /** This time and that one. */
  public ProcessorTime plus(ProcessorTime other) {
    return new ProcessorTime(all + other.all, stolen + other.stolen);
  }

  /** The stolen share; zero where nothing is told. */
  public double stolenPercent() {
    return all == 0 ? 0 : 100.0 * stolen / all;
  }

  /** The stolen share in words, also where nothing is told. */
  public String steal() {
    return all == 0
        ? "steal unknown"
        : String.format(Locale.ROOT, "%.1f %% stolen", stolenPercent());
  }
}
