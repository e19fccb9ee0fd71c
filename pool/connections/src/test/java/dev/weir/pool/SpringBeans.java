package dev.weir.pool;

import javax.sql.DataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** A context of Spring's with a bean whose methods are transactions, on a manager's data source. */
final class SpringBeans implements AutoCloseable {

  private final AnnotationConfigApplicationContext context;

  SpringBeans(DataSource source) {
    context = new AnnotationConfigApplicationContext();
    context.registerBean(DataSource.class, () -> source);
    context.register(Transactions.class);
    context.registerBean(Service.class, TransactionalService::new);
    context.refresh();
  }

  Service service() {
    return context.getBean(Service.class);
  }

  @Override
  public void close() {
    context.close();
  }

  /** So that Spring's annotation does what it says. */
  @EnableTransactionManagement
  static class Transactions {

    /** The one for all. */
    @org.springframework.context.annotation.Bean
    PlatformTransactionManager transactionManager(DataSource source) {
      return new DataSourceTransactionManager(source);
    }
  }

  /** What to do in a transaction. */
  @FunctionalInterface
  interface Block {
    void run() throws Exception;
  }

  /** Each method runs a block in a transaction of its kind. */
  interface Service {
    void required(Block block) throws Exception;

    void requiresNew(Block block) throws Exception;

    void nested(Block block) throws Exception;

    void readOnly(Block block) throws Exception;

    void serializable(Block block) throws Exception;
  }

  static class TransactionalService implements Service {

    @Override
    @Transactional(rollbackFor = Exception.class)
    public void required(Block block) throws Exception {
      block.run();
    }

    @Override
    @Transactional(propagation = Propagation.REQUIRES_NEW, rollbackFor = Exception.class)
    public void requiresNew(Block block) throws Exception {
      block.run();
    }

    @Override
    @Transactional(propagation = Propagation.NESTED, rollbackFor = Exception.class)
    public void nested(Block block) throws Exception {
      block.run();
    }

    @Override
    @Transactional(readOnly = true)
    public void readOnly(Block block) throws Exception {
      block.run();
    }

    @Override
    @Transactional(isolation = Isolation.SERIALIZABLE, rollbackFor = Exception.class)
    public void serializable(Block block) throws Exception {
      block.run();
    }
  }
}
