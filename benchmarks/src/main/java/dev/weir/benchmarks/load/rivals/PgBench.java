package dev.weir.benchmarks.load.rivals;

import dev.weir.benchmarks.Connections;
import dev.weir.testkit.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's own load generator, a program in C that this machine may have.
 *
 * @param server where it goes
 */
public record PgBench(PostgresServer server) {

  private static final Pattern RATE = Pattern.compile("tps = ([\\d.]+)");

  /** What to do if the machine lacks it; empty if it has it. */
  public static Optional<String> lacks() {
    try {
      finished(new ProcessBuilder("pgbench", "--version"));
      return Optional.empty();
    } catch (IOException missing) {
      return Optional.of(
          "pgbench is not on the path; install it (Debian: apt-get install postgresql-contrib)");
    }
  }

  /** Fills the database: 100,000 accounts for each unit of scale. */
  public void fill(int scale) throws IOException {
    run("-i", "-q", "-s", String.valueOf(scale));
  }

  /** Point reads a second by 16 clients on 2 threads; {@code protocol} as pgbench calls it. */
  public double selects(String protocol, long seconds) throws IOException {
    String said =
        run("-n", "-S", "-M", protocol, "-c", "16", "-j", "2", "-T", String.valueOf(seconds));
    Matcher rate = RATE.matcher(said);
    if (!rate.find()) {
      throw new IOException("pgbench told no rate:\n" + said);
    }
    return Double.parseDouble(rate.group(1));
  }

  private String run(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("pgbench", "-h", server.host(), "-p", String.valueOf(server.port())));
    command.addAll(List.of("-U", server.user()));
    command.addAll(List.of(arguments));
    command.add(Connections.DATABASE);
    var builder = new ProcessBuilder(command);
    builder.environment().put("PGPASSWORD", server.password());
    return finished(builder);
  }

  private static String finished(ProcessBuilder builder) throws IOException {
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.onExit().join().exitValue();
    if (code != 0) {
      throw new IOException("pgbench ended with " + code + ":\n" + said);
    }
    return said;
  }
}
