package dev.weir.sample;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A crowd that wants the same of the service, each of its threads again and again: the next time as
 * soon as it has its answer and has paused. Immutable.
 *
 * @param name what the table calls it
 * @param threads how many
 * @param pause how long each rests between two calls, holding nothing
 * @param call what they want
 */
record Caller(String name, int threads, Duration pause, Call call) {

  /** One call; the dice decide about what. */
  interface Call {
    void on(OrderService shop, RandomGenerator dice) throws Exception;
  }

  /** Everybody who calls the service in the demo. */
  static List<Caller> all(Settings settings) {
    return List.of(
        new Caller("look up an order", settings.threads(), Duration.ZERO, Caller::lookUp),
        new Caller("place an order", 20, Duration.ofMillis(100), Caller::place),
        new Caller("sales report", 4, Duration.ofMillis(500), (shop, _) -> shop.salesByCountry()),
        new Caller("price in Redis", 20, Duration.ofMillis(20), Caller::price));
  }

  private static void lookUp(OrderService shop, RandomGenerator dice) throws Exception {
    shop.order(dice.nextLong(1, OrderService.ORDERS + 1));
  }

  private static void place(OrderService shop, RandomGenerator dice) throws Exception {
    shop.place(
        dice.nextLong(1, OrderService.CUSTOMERS + 1),
        dice.nextInt(1, OrderService.ITEMS + 1),
        dice.nextInt(1, 6));
  }

  private static void price(OrderService shop, RandomGenerator dice) {
    shop.price(dice.nextInt(1, OrderService.ITEMS + 1));
  }
}
