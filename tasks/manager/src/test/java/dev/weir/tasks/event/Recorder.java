package dev.weir.tasks.event;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what a listener is told. */
final class Recorder implements EventListener {

  final List<String> lines = new CopyOnWriteArrayList<>();

  @Override
  public void failed(String subscriber, Object event, Throwable failure) {
    lines.add("failed " + subscriber + " " + event + " " + failure.getMessage());
  }

  @Override
  public void dropped(String subscriber, Object event, DropReason reason) {
    lines.add("dropped " + subscriber + " " + event + " " + reason);
  }

  @Override
  public void took(String subscriber, Duration time) {
    lines.add("took " + subscriber);
  }

  @Override
  public void isolated(String subscriber, boolean isolated) {
    lines.add("isolated " + subscriber + " " + isolated);
  }

  @Override
  public void scaled(String subscriber, int workers) {
    lines.add("scaled " + subscriber + " " + workers);
  }
}
