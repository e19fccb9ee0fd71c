package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ConfigLoader;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.RedisServer;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is compiled and run as it stands there. */
@RealServers
class ReadmeTest {

  private static final String HELLO = "1 and 2, health UP";
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");

  private @TempDir Path directory;

  private NewProject project(TestDatabase database, RedisServer redis) {
    return new NewProject(directory, database, redis);
  }

  @Test
  void its_first_example_runs_on_the_class_path(TestDatabase database, RedisServer redis)
      throws Exception {
    NewProject project = project(database, redis);
    project.write("Hello.java", Readme.blocks("java").getFirst());
    assertThat(project.onTheClassPath("Hello")).contains(HELLO);
  }

  @Test
  void its_first_example_runs_on_the_module_path(TestDatabase database, RedisServer redis)
      throws Exception {
    NewProject project = project(database, redis);
    project.write("module-info.java", "module hello { requires dev.weir; }");
    project.write("hello/Hello.java", "package hello;\n" + Readme.blocks("java").getFirst());
    assertThat(project.onTheModulePath("hello", "hello.Hello")).contains(HELLO);
  }

  @Test
  void its_tour_compiles_and_runs(TestDatabase database, RedisServer redis) throws Exception {
    NewProject project = project(database, redis);
    project.write("Tour.java", Files.readString(template()).replace("TOUR;", tour()));
    assertThat(project.onTheClassPath("Tour"))
        .contains("the tour is over")
        .contains("lane interactive")
        .contains("redis");
  }

  @Test
  void its_builder_starts_a_weir_that_watches_itself(TestDatabase database, RedisServer redis)
      throws Exception {
    NewProject project = project(database, redis);
    String watched = Files.readString(resource("Watched.java.txt"));
    project.write("Watched.java", watched.replace("BUILDER;", Readme.blocks("java").get(2)));
    assertThat(project.onTheClassPath("Watched"))
        .contains("total 42")
        .contains("checkout-works")
        .contains("kept in weir.slo_window");
  }

  private static Path template() {
    return resource("Tour.java.txt");
  }

  private static Path resource(String name) {
    return Path.of("src", "test", "resources", name);
  }

  private static String tour() throws IOException {
    return Readme.blocks("java").get(1);
  }

  @Test
  void its_settings_are_settings(@TempDir Path home) throws IOException {
    Path secret = Files.writeString(home.resolve("secret"), "canary-2bV");
    String settings = Readme.blocks("properties").getFirst();
    Files.writeString(
        home.resolve("weir.properties"),
        settings.replace("/run/secrets/orders", secret.toString()));
    var config = ConfigLoader.empty().directory(home).load();
    assertThat(config.pool().max()).isEqualTo(32);
    assertThat(config.health().endpoint().port()).isEqualTo(8081);
    assertThat(config.lanes().get("batch").limit()).isEqualTo(8);
    assertThat(config.postgres().password().reveal()).isEqualTo("canary-2bV");
  }

  @Test
  void its_dependency_has_the_version_that_is_built() throws IOException {
    String pom = Files.readString(Readme.root().resolve("pom.xml"));
    String dependency = Readme.blocks("xml").getFirst();
    assertThat(version(dependency)).isEqualTo(version(pom));
    assertThat(dependency).contains("<artifactId>weir</artifactId>");
  }

  private static String version(String xml) {
    return xml.replaceFirst("(?s).*?<version>(.*?)</version>.*", "$1");
  }

  @Test
  void it_gives_exactly_two_commands() throws IOException {
    List<String> commands =
        Readme.blocks("sh").stream().flatMap(String::lines).map(ReadmeTest::command).toList();
    assertThat(commands).containsExactly("mvn -B -ntp -Pdemo verify", "mvn -B -ntp verify");
  }

  private static String command(String line) {
    return line.replaceAll("#.*", "").strip();
  }

  @Test
  void its_links_lead_somewhere() throws IOException {
    List<String> links = LINK.matcher(Readme.text()).results().map(link -> link.group(1)).toList();
    assertThat(links).hasSizeGreaterThan(5);
    assertThat(links).allSatisfy(link -> assertThat(Readme.root().resolve(link)).exists());
  }
}
