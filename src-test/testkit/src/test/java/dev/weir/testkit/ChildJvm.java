package dev.weir.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Another JVM, without JUnit and Testcontainers, that starts servers, tells of them and waits for
 * its standard input to end.
 */
final class ChildJvm {

  /** What the child has said of one of its servers. */
  record Server(Path directory, List<Long> pids, String user) {}

  private static final List<String> OPTIONAL =
      List.of("org/junit/jupiter/api/Test.class", "org/testcontainers/DockerClientFactory.class");

  private ChildJvm() {}

  public static void main(String[] arguments) throws IOException {
    for (String optional : OPTIONAL) {
      if (ClassLoader.getSystemResource(optional) != null) {
        throw new IllegalStateException("The plain API must do without " + optional);
      }
    }
    tell(PostgresServer.start().directory(), ProcessHandle.current());
    if (arguments.length > 0) {
      tell(RedisServer.start().directory(), ProcessHandle.current());
    }
    System.out.println("ready");
    int end = System.in.read();
    System.exit(end + 1);
  }

  private static void tell(Path directory, ProcessHandle self) {
    List<String> pids =
        self.descendants()
            .filter(ProcessHandle::isAlive)
            .map(ProcessHandle::pid)
            .map(Object::toString)
            .toList();
    String user = self.children().findFirst().flatMap(it -> it.info().user()).orElse("?");
    System.out.println("server " + directory + " " + String.join(",", pids) + " " + user);
  }

  static Process start(
      List<String> prefix, String classPath, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Djava.io.tmpdir=" + environment.getOrDefault("TMPDIR", "/tmp")));
    command.addAll(List.of("-cp", classPath, ChildJvm.class.getName()));
    command.addAll(List.of(arguments));
    try {
      var builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads what the child tells until it is ready. */
  static List<Server> servers(Process child) throws IOException {
    List<Server> servers = new ArrayList<>();
    var said = new BufferedReader(child.inputReader(UTF_8));
    for (String line = said.readLine(); !"ready".equals(line); line = said.readLine()) {
      if (line == null) {
        throw new IllegalStateException("The child has ended before it was ready");
      }
      String[] words = line.split(" ", -1);
      if (words[0].equals("server")) {
        List<Long> pids = new ArrayList<>();
        for (String pid : words[2].split(",", -1)) {
          pids.add(Long.valueOf(pid));
        }
        servers.add(new Server(Path.of(words[1]), pids, words[3]));
      }
    }
    return servers;
  }

  /** Ours without what is optional, whether Surefire hides it in a manifest or not. */
  static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator, -1))
        .filter(entry -> !entry.contains("junit") && !entry.contains("testcontainers"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
