package dev.weir.testkit.process;

import java.util.List;

/** What differs between the servers: how they are prepared, started, asked for life and stopped. */
interface Program {

  /** As it reads in messages. */
  String name();

  /** Puts what the server needs into its workspace; once, before the first start. */
  void prepare();

  List<String> command();

  /** Returns once the server serves, or has died. */
  void awaitReady(ServerProcess process);

  /** The signal that makes it cut its clients and leave its data in order. */
  String stopSignal();
}
