package dev.weir;

import dev.weir.tasks.shutdown.Participant;
import dev.weir.tasks.shutdown.Phase;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A Spring service in a JVM of its own, with Spring's shutdown hook and Weir's. */
@Configuration(proxyBeanMethods = false)
class SpringService {

  /** A bean that needs Weir until its end. */
  static final class User implements AutoCloseable {
    private static final AtomicReference<String> LAST = new AtomicReference<>("nothing");

    private final Weir weir;

    User(Weir weir) {
      this.weir = weir;
    }

    static String lastWords() {
      return LAST.get();
    }

    @Override
    public void close() throws SQLException {
      int one = weir.connections().withSession(c -> Houses.one(c, "select 1"));
      LAST.set("closed with " + one);
    }
  }

  /** Says {@code ready} once the context stands. */
  public static void main(String[] arguments) throws InterruptedException {
    var context = new AnnotationConfigApplicationContext(SpringService.class);
    context.registerShutdownHook();
    System.out.println("ready");
    new CountDownLatch(1).await();
    context.close();
  }

  /** Closed by Spring, as every bean that can be. */
  @Bean
  Weir weir() {
    var calls = new AtomicInteger();
    return Weir.builder()
        .onStop(
            Participant.named(
                "counter",
                Phase.REFUSE,
                _ -> System.out.println("the counter was called, time " + calls.incrementAndGet())))
        .start();
  }
}
