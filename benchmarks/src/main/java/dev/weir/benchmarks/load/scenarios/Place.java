package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.OneProcessor;
import dev.weir.testkit.PostgresServer;
import java.io.IOException;

/** Where two ways run that take turns with a server; left when it is closed. */
@FunctionalInterface
interface Place {

  /** Wherever the kernel puts them. */
  Place ANY = () -> () -> {};

  AutoCloseable enter() throws IOException;

  /** One processor for this JVM and the server, where that is possible. */
  static Place one(Stage stage, PostgresServer server) {
    if (!OneProcessor.isPossible()) {
      stage.say("No taskset here, so client and server run on whichever processors they are put");
      return ANY;
    }
    stage.say("Around SELECT 1, this JVM and the server are kept on one processor by taskset");
    return () -> OneProcessor.with(server.pids());
  }
}
