package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LookTest {

  private static final String REASON = "a look that fails on purpose";

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.weir.pool");
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final AtomicInteger looks = new AtomicInteger();

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(logged);
  }

  private Look failingUpTo(int look) {
    return new Look(
        () -> {
          if (looks.incrementAndGet() <= look) {
            throw new AssertionError(REASON);
          }
        });
  }

  private long warnings() {
    return logged.list.stream()
        .filter(it -> it.getLevel() == Level.WARN)
        .filter(it -> it.getThrowableProxy() != null)
        .filter(it -> REASON.equals(it.getThrowableProxy().getMessage()))
        .count();
  }

  @Test
  void one_that_throws_is_repeated_all_the_same_and_logged_once() {
    Look look = failingUpTo(5);
    look.run();
    assertThat(warnings()).isOne();
    for (int i = 2; i <= 6; i++) {
      look.run();
    }
    assertThat(looks).hasValue(6);
    assertThat(warnings()).isOne();
  }

  @Test
  void another_that_throws_is_logged_as_well() {
    failingUpTo(1).run();
    looks.set(0);
    failingUpTo(1).run();
    assertThat(warnings()).isEqualTo(2);
  }
}
