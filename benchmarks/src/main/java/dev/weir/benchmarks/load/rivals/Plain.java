package dev.weir.benchmarks.load.rivals;

import java.sql.Connection;
import javax.sql.DataSource;

/** A data source as it is. */
record Plain(String name, String settings, DataSource source, Runnable end) implements Lender {

  @Override
  public void lend(Work work) throws Exception {
    try (Connection connection = source.getConnection()) {
      work.with(connection);
    }
  }

  @Override
  public void close() {
    end.run();
  }
}
