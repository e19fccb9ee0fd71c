package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.RedisServer;
import dev.weir.testkit.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An empty project that has only {@code dev.weir:weir} and what that brings along. */
record NewProject(Path directory, TestDatabase database, RedisServer redis) {

  /** What the build has copied: the artifact and its run-time dependencies, nothing of tests. */
  private static final Path LIBRARIES = Path.of("target", "consumer").toAbsolutePath();

  void write(String file, String text) throws IOException {
    Path target = directory.resolve(file);
    Files.createDirectories(target.getParent());
    Files.writeString(target, text);
  }

  String onTheClassPath(String mainClass) throws Exception {
    String libraries = LIBRARIES + File.separator + "*";
    run("javac", "-Werror", "-cp", libraries, "-d", "out", sources());
    return run("java", "-cp", "out" + File.pathSeparator + libraries, mainClass);
  }

  String onTheModulePath(String module, String mainClass) throws Exception {
    run("javac", "-p", LIBRARIES.toString(), "-d", "out", sources());
    String path = "out" + File.pathSeparator + LIBRARIES;
    return run("java", "-p", path, "-m", module + "/" + mainClass);
  }

  private String sources() throws IOException {
    Path list = directory.resolve("sources.txt");
    try (Stream<Path> files = Files.walk(directory)) {
      Files.write(
          list,
          files.filter(file -> file.toString().endsWith(".java")).map(Path::toString).toList());
    }
    return "@" + list;
  }

  private String run(String tool, String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(List.of(arguments));
    Path output = directory.resolve(tool + ".txt");
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("WEIR_POSTGRES_URL", database.jdbcUrl());
    builder.environment().put("WEIR_POSTGRES_USER", database.user());
    builder.environment().put("WEIR_POSTGRES_PASSWORD", database.password());
    builder.environment().put("WEIR_REDIS_URI", redis.uri());
    // A cold JVM on a busy build machine loads Redis' client slower than a service would.
    builder.environment().put("WEIR_REDIS_TIMEOUT", "10s");
    builder.environment().put("WEIR_HEALTH_TIMEOUT", "9s");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    boolean ended = process.waitFor(3, TimeUnit.MINUTES);
    process.destroyForcibly();
    String said = Files.readString(output);
    assertThat(ended).as("%s ends; it said: %s", tool, said).isTrue();
    assertThat(process.exitValue()).as("exit of %s, which said: %s", tool, said).isZero();
    return said;
  }
}
