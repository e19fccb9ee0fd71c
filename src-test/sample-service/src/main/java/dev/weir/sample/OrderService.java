package dev.weir.sample;

import dev.weir.sample.Side.Kind;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A shop's orders: customers look them up and place new ones, the office asks for reports, prices
 * lie in Redis.
 *
 * <p>It holds no state of its own and does not know which side it stands on. Safe for use by many
 * threads.
 */
final class OrderService {

  static final int CUSTOMERS = 1_000;
  static final int ITEMS = 200;
  static final int ORDERS = 20_000;

  private final Side side;

  OrderService(Side side) {
    this.side = side;
  }

  /** An order with its lines. */
  record Order(long id, long customer, List<Line> lines) {}

  /** So many of an item, each for that price. */
  record Line(int item, int quantity, BigDecimal price) {}

  /** What a country's customers have bought. */
  record Sales(String country, long orders, BigDecimal revenue) {}

  /**
   * Lays out the tables with their first orders, and the prices in Redis; what was there before is
   * gone.
   */
  void open(String schema) throws SQLException {
    side.write(Kind.BATCH, connection -> execute(connection, Tables.create(schema)));
    for (int item = 1; item <= ITEMS; item++) {
      side.cache(priceKey(item), Tables.price(item).toPlainString());
    }
  }

  private static boolean execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(sql);
    }
  }

  /** An order by its number: two short queries by key on one connection. */
  Order order(long id) throws SQLException {
    return side.read(
        Kind.INTERACTIVE,
        connection -> new Order(id, customer(connection, id), lines(connection, id)));
  }

  private static long customer(Connection connection, long order) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT customer FROM orders WHERE id = ?")) {
      query.setLong(1, order);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw new NoSuchElementException("There is no order " + order + ".");
        }
        return row.getLong(1);
      }
    }
  }

  private static List<Line> lines(Connection connection, long order) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT item, quantity, price FROM order_lines WHERE order_id = ?")) {
      query.setLong(1, order);
      try (ResultSet rows = query.executeQuery()) {
        var lines = new ArrayList<Line>();
        while (rows.next()) {
          lines.add(new Line(rows.getInt(1), rows.getInt(2), rows.getBigDecimal(3)));
        }
        return lines;
      }
    }
  }

  /** What an item costs, from Redis. */
  BigDecimal price(int item) {
    String price = side.cached(priceKey(item));
    if (price.isEmpty()) {
      throw new NoSuchElementException("There is no price for item " + item + ".");
    }
    return new BigDecimal(price);
  }

  private static String priceKey(int item) {
    return "weir-demo:price:" + item;
  }

  /** Places an order of one line at today's price, all or nothing, and returns its number. */
  long place(long customer, int item, int quantity) throws SQLException {
    var line = new Line(item, quantity, price(item));
    return side.write(
        Kind.INTERACTIVE,
        connection -> {
          long id = insertOrder(connection, customer);
          insertLine(connection, id, line);
          return id;
        });
  }

  private static long insertOrder(Connection connection, long customer) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders (customer) VALUES (?) RETURNING id")) {
      insert.setLong(1, customer);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static void insertLine(Connection connection, long order, Line line) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO order_lines VALUES (?, ?, ?, ?)")) {
      insert.setLong(1, order);
      insert.setInt(2, line.item());
      insert.setInt(3, line.quantity());
      insert.setBigDecimal(4, line.price());
      insert.executeUpdate();
    }
  }

  /** The heavy question: every order of all time, by country. */
  List<Sales> salesByCountry() throws SQLException {
    return side.read(Kind.BATCH, OrderService::salesByCountry);
  }

  private static List<Sales> salesByCountry(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(Tables.SALES_BY_COUNTRY)) {
      var sales = new ArrayList<Sales>();
      while (rows.next()) {
        sales.add(new Sales(rows.getString(1), rows.getLong(2), rows.getBigDecimal(3)));
      }
      return sales;
    }
  }

  /** Writes down the best customers anew: what the scheduled task does. */
  void refreshBestCustomers() throws SQLException {
    side.write(Kind.BATCH, connection -> execute(connection, Tables.REFRESH_BEST_CUSTOMERS));
  }
}
