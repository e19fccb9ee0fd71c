package dev.weir.pool.signal;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.spi.Signals;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals of one node: one system task listens while somebody wants to hear, one speaks while
 * there is something to say. Safe for use by many threads.
 */
public final class SignalHub implements Signals, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.pool");
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final SystemTasks system;
  private final Ear.Source source;
  private final Post.Speaker speaker;
  private final Consumer<Runnable> afterCommit;
  private final Audience audience = new Audience();
  private final Post post = new Post();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean listening;
  private boolean closed;
  private @Nullable Connection line;

  private SignalHub(SystemTasks system, Node node) {
    this.system = system;
    this.source = node;
    this.speaker = words -> node.speak(connection -> Post.say(connection, words));
    this.afterCommit = node::afterCommit;
  }

  /** Signals over that node; opens nothing before somebody listens or speaks. */
  public static SignalHub over(Node node, SystemTasks system) {
    return new SignalHub(system, node);
  }

  /** What the hub needs of the node. */
  public interface Node extends Ear.Source {

    /** Runs {@code work} on a connection of the pool. */
    void speak(Statements work) throws SQLException;

    /** Runs {@code action} after the transaction that this thread is in, or at once. */
    void afterCommit(Runnable action);
  }

  /** What is done on a connection. */
  @FunctionalInterface
  public interface Statements {
    /** Does it. */
    void on(Connection connection) throws SQLException;
  }

  @Override
  public Subscription listen(String channel, Listener listener) {
    Word.checkChannel(channel);
    Audience.Seat seat = audience.add(channel, Objects.requireNonNull(listener, "listener"));
    try {
      startListening();
    } catch (AdmissionRejectedException ended) {
      audience.remove(channel, seat);
      throw ended;
    }
    return () -> audience.remove(channel, seat);
  }

  private void startListening() {
    lock.lock();
    try {
      if (!listening && !closed) {
        system.submit("weir-signals", this::listenOn);
        listening = true;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void publish(String channel, String payload) {
    var word = new Word(channel, payload);
    afterCommit.accept(() -> send(word));
  }

  private void send(Word word) {
    if (post.add(word)) {
      system.submit("weir-publish", this::carry);
    }
  }

  /** Listens as long as anybody wants to hear. */
  private boolean listenOn() {
    Duration pause = FIRST_PAUSE;
    while (isWanted()) {
      Connection fresh = null;
      try {
        fresh = open();
        pause = FIRST_PAUSE;
        hear(new Ear(fresh));
        return true;
      } catch (SQLException | RuntimeException failure) {
        LOG.debug("The line that listens is down; trying again.", failure);
      } finally {
        audience.lost();
        close(fresh);
      }
      pause = rest(pause);
    }
    return true;
  }

  private void hear(Ear ear) throws SQLException {
    while (isWanted()) {
      audience.sync(ear.tune(audience.channels()));
      for (PGNotification said : ear.listen()) {
        audience.hear(said.getName(), said.getParameter());
      }
    }
  }

  /** Whether to go on; who is told no must end, for the next listener starts another task. */
  private boolean isWanted() {
    lock.lock();
    try {
      listening = !closed && !audience.isEmpty();
      return listening;
    } finally {
      lock.unlock();
    }
  }

  private Connection open() throws SQLException {
    Connection fresh = source.open();
    lock.lock();
    try {
      line = fresh;
    } finally {
      lock.unlock();
    }
    return fresh;
  }

  private void close(@Nullable Connection gone) {
    if (gone != null) {
      source.close(gone);
    }
  }

  private boolean carry() {
    Duration pause = FIRST_PAUSE;
    for (List<Word> words = post.take(); !words.isEmpty(); words = post.take()) {
      try {
        speaker.say(words);
        pause = FIRST_PAUSE;
      } catch (SQLException | RuntimeException failure) {
        if (isClosed()) {
          return false;
        }
        keep(words, failure);
        pause = rest(pause);
      }
    }
    return true;
  }

  /** Unless the server has understood them and said no. */
  private void keep(List<Word> words, Exception failure) {
    if (failure instanceof SQLException no && !mayPass(no)) {
      LOG.warn("{} words cannot be said and are dropped.", words.size(), no);
    } else {
      LOG.debug("{} words could not be said; trying again.", words.size(), failure);
      post.putBack(words);
    }
  }

  /** Trouble of the connection or the server, not of what was said. */
  private static boolean mayPass(SQLException failure) {
    String state = Objects.requireNonNullElse(failure.getSQLState(), "08000");
    return state.startsWith("08") || state.startsWith("57") || state.startsWith("53");
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Waits, or until it is closed; gives the next pause. */
  private Duration rest(Duration pause) {
    lock.lock();
    try {
      long left = pause.toNanos();
      while (!closed && left > 0) {
        left = closing.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      closed = true;
    } finally {
      lock.unlock();
    }
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** Words dropped because too many different ones waited to be said. */
  public long dropped() {
    return post.dropped();
  }

  /** Listens and speaks no more; what waits to be said is dropped. */
  @Override
  public void close() {
    Connection last;
    lock.lock();
    try {
      closed = true;
      last = line;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
    close(last);
  }
}
