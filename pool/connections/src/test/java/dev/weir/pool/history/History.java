package dev.weir.pool.history;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What clients were told of their appends, and whether the lists they left agree with that. Safe
 * for use by many threads until it is checked.
 */
final class History {

  /** What a client was told. */
  enum Told {
    /** It is there. */
    COMMITTED,
    /** It is not there and never will be. */
    FAILED,
    /** It may be there. */
    UNKNOWN
  }

  /**
   * One value that a client wanted at the end of some lists, all or none.
   *
   * @param client who wanted it
   * @param value nobody else's
   * @param keys of the lists
   */
  record Append(int client, long value, List<Integer> keys) {}

  /**
   * How one ended.
   *
   * @param append what it was
   * @param tries how often its transaction was begun
   * @param told what the client was told
   * @param seen the lists as the last try saw them after its own append, by key; empty if it did
   *     not come so far
   */
  record Entry(Append append, int tries, Told told, Map<Integer, List<Long>> seen) {

    String say() {
      return "client %d was told %s of value %d after %d %s"
          .formatted(append.client, told, append.value, tries, tries == 1 ? "try" : "tries");
    }
  }

  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();

  void add(Entry entry) {
    entries.add(entry);
  }

  long count(Told told) {
    return entries.stream().filter(entry -> entry.told == told).count();
  }

  /** What does not fit, each with client, value and key; empty if all does. */
  List<String> check(Map<Integer, List<Long>> lists) {
    List<String> wrong = new ArrayList<>();
    Set<Long> wanted = new HashSet<>();
    for (Entry entry : entries) {
      wanted.add(entry.append.value());
      checkCount(entry, lists, wrong);
      if (entry.told == Told.COMMITTED) {
        checkSeen(entry, lists, wrong);
      }
    }
    lists.forEach(
        (key, list) ->
            list.stream()
                .filter(value -> !wanted.contains(value))
                .forEach(
                    value ->
                        wrong.add("list %d has %d, which nobody wanted".formatted(key, value))));
    return wrong;
  }

  private static void checkCount(Entry entry, Map<Integer, List<Long>> lists, List<String> wrong) {
    Set<Long> counts = new HashSet<>();
    for (int key : entry.append.keys()) {
      long count = lists.get(key).stream().filter(one -> one == entry.append.value()).count();
      counts.add(count);
      boolean fits =
          switch (entry.told) {
            case COMMITTED -> count == 1;
            case FAILED -> count == 0;
            case UNKNOWN -> count <= 1;
          };
      if (!fits) {
        wrong.add("%s, but it is %d times in list %d".formatted(entry.say(), count, key));
      }
    }
    if (counts.size() > 1) {
      wrong.add("%s, but it is in some of its lists and not in others".formatted(entry.say()));
    }
  }

  /** What it saw under its own lock is what was there before it, in that order. */
  private static void checkSeen(Entry entry, Map<Integer, List<Long>> lists, List<String> wrong) {
    entry.seen.forEach(
        (key, seen) -> {
          List<Long> whole = lists.get(key);
          if (seen.size() > whole.size() || !whole.subList(0, seen.size()).equals(seen)) {
            wrong.add(
                "%s, but what it saw of list %d is not its beginning".formatted(entry.say(), key));
          }
        });
  }
}
