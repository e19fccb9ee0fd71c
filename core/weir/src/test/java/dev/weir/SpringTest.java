package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.tasks.shutdown.Participant;
import dev.weir.tasks.shutdown.Phase;
import dev.weir.testkit.ChildProgram;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** In a real context, whose beans come and go in Spring's order. */
@RealServers
class SpringTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestDatabase database;

  SpringTest(TestDatabase database) {
    this.database = database;
  }

  @Test
  void the_context_closes_weir_once_after_the_beans_that_use_it() {
    var stops = new AtomicInteger();
    var context = new AnnotationConfigApplicationContext();
    context.registerBean(Weir.class, () -> Weir.start(Houses.config(database)));
    context.registerBean(SpringService.User.class);
    context.refresh();
    Weir weir = context.getBean(Weir.class);
    weir.onStop(Participant.named("counter", Phase.REFUSE, _ -> stops.incrementAndGet()));

    context.close();
    weir.close();

    assertThat(stops).hasValue(1);
    assertThat(SpringService.User.lastWords()).isEqualTo("closed with 1");
    ThreadCensus.awaitNoneOfOurs();
  }

  @Test
  void its_shutdown_hook_and_ours_do_not_wait_for_each_other(@TempDir Path directory)
      throws Exception {
    try (ChildProgram child = Houses.child(database, SpringService.class, directory).start()) {
      child.awaitOutput("ready");
      child.signal("TERM");

      assertThat(child.awaitExit(PATIENCE)).isEqualTo(128 + 15);
      assertThat(child.output())
          .contains("the counter was called, time 1")
          .doesNotContain("time 2");
    }
  }
}
