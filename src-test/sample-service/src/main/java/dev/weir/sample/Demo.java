package dev.weir.sample;

import dev.weir.testkit.machine.ProcessorTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The demo: {@code mvn -B -ntp -Pdemo verify}.
 *
 * <p>Ends with exit code 0 when everything was shown, else with 1 and one line that says why.
 */
public final class Demo {

  /** Weir goes first and last, so that neither side alone profits from a warm JVM. */
  private static final List<Opening> ORDER =
      List.of(WeirSide::open, BareSide::open, BareSide::open, WeirSide::open);

  private final Settings settings;
  private final Screen screen;

  private Demo(Settings settings, Screen screen) {
    this.settings = settings;
    this.screen = screen;
  }

  private interface Opening {
    Side open(Servers servers, Settings settings);
  }

  /**
   * Runs it.
   *
   * @param arguments none; it is set by system properties, {@code demo.seconds} and others
   */
  public static void main(String[] arguments) {
    try {
      new Demo(Settings.of(System.getProperties()), Screen.ofThisProcess()).run();
    } catch (Throwable failure) {
      System.err.println("The demo failed: " + line(failure));
      System.exit(1);
    }
  }

  private static String line(Throwable failure) {
    String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    Throwable cause = failure.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return (cause == null ? text : text + " Its root: " + cause)
        .strip()
        .replaceAll("\\s*\\R\\s*", " ");
  }

  private void run() throws Exception {
    String inside = "";
    var turns = new ArrayList<Report.Turn>();
    try (var servers = Servers.open()) {
      screen.say(Report.settings(WeirSide.config(servers, settings), settings));
      rehearse(servers);
      for (Opening opening : ORDER) {
        try (Side side = opening.open(servers, settings)) {
          turns.add(turn(side, servers, turns.size() + 1));
          if (side instanceof WeirSide weir) {
            inside = Report.inside(weir.weir());
          }
        }
      }
      new LanesLive(settings, screen).run(servers);
    }
    screen.say("\n" + Report.table(turns));
    screen.say(inside);
    screen.say(Report.next());
  }

  /** Runs both sides once without looking at the figures. */
  private void rehearse(Servers servers) throws Exception {
    for (Opening opening : ORDER.subList(0, 2)) {
      try (Side side = opening.open(servers, settings)) {
        screen.progress("rehearsal, " + side.name());
        new OrderService(side).open(servers.schema());
        new Load(settings, new Load.Times(settings.rehearsal(), Duration.ZERO))
            .run(side, (_, _) -> {});
      }
    }
  }

  private Report.Turn turn(Side side, Servers servers, int number) throws Exception {
    new OrderService(side).open(servers.schema());
    String head = "turn %d of %d, %s".formatted(number, Settings.TURNS, side.name());
    screen.progress(head + ": warming up");
    ProcessorTime before = ProcessorTime.now();
    var figures =
        new Load(settings, new Load.Times(settings.warmUp(), settings.turn()))
            .run(
                side,
                (second, calls) ->
                    screen.progress(
                        String.format(
                            Locale.ROOT, "%s: %d s, %,d calls answered", head, second, calls)));
    return new Report.Turn(side.name(), figures, ProcessorTime.now().minus(before));
  }
}
