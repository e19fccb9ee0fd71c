package dev.weir.tasks.event;

/** A subscriber that is called on the publisher's thread. */
final class Direct extends Target {

  final int priority;

  Direct(Hub hub, Delivery.Sync how, Class<?> type, Subscriber<Object> subscriber) {
    super(hub, how.name(), type, subscriber);
    this.priority = how.priority();
  }

  @Override
  void lost(Object event, DropReason reason) {
    // It is called or not, while the publisher looks on: nothing waits for it.
  }
}
