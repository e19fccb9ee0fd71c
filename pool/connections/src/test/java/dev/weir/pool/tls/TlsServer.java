package dev.weir.pool.tls;

import dev.weir.testkit.Await;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** A PostgreSQL that speaks TLS, by certificates of an issuer that this test has made up. */
public final class TlsServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final PostgresServer server = PostgresServer.start();
  private final TestDatabase database = server.freshDatabase();
  private final Path trusted;

  /** With a certificate of an issuer whom {@link #trusted()} names. */
  public TlsServer(Path directory) throws SQLException {
    this(directory, new Issuer("a test"));
  }

  /** With a certificate of this issuer, whom {@link #trusted()} names. */
  public TlsServer(Path directory, Issuer issuer) throws SQLException {
    trusted = directory.resolve("root.crt");
    Credential.replace(trusted, issuer.certificatePem());
    show(issuer.server());
    sql("alter system set ssl = on");
    reload();
  }

  /** A database on it. */
  public TestDatabase database() {
    return database;
  }

  /** The file in which the client's side keeps whom it trusts. */
  public Path trusted() {
    return trusted;
  }

  /** Where the driver insists on TLS and on this very server. */
  public String url() {
    return database.jdbcUrl() + "?sslmode=verify-full&sslrootcert=" + trusted;
  }

  /** Whoever logs in from now on is shown this. */
  public void show(Credential credential) throws SQLException {
    // The server writes its own files, so that they are its own, and the key is nobody else's.
    write(credential.certificatePem(), "cat > server.crt");
    write(credential.keyPem(), "cat > server.key");
    reload();
  }

  /** This login needs a certificate of one of these issuers from now on. */
  public void demandCertificate(String login, Issuer... issuers) throws SQLException {
    trustClientsOf(issuers);
    write(
        "hostssl all %s all scram-sha-256 clientcert=verify-ca\n".formatted(login),
        "cat - pg_hba.conf > pg_hba.new && mv pg_hba.new pg_hba.conf");
    reload();
  }

  /** Clients of other issuers are refused from now on. */
  public void trustClientsOf(Issuer... issuers) throws SQLException {
    var all = new StringBuilder();
    for (Issuer issuer : issuers) {
      all.append(issuer.certificatePem());
    }
    write(all.toString(), "cat > clients.crt");
    sql("alter system set ssl_ca_file = 'clients.crt'");
    reload();
  }

  /** Returns when the server that lets in has read its files anew. */
  private void reload() throws SQLException {
    int before = reloads();
    sql("select pg_reload_conf()");
    Await.until(PATIENCE, "the server reads its files anew", () -> reloads() > before);
  }

  /** How often it has said so in its log. */
  private int reloads() {
    try {
      return Files.readString(server.directory().resolve("log"))
          .split("received SIGHUP", -1)
          .length;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void write(String text, String command) throws SQLException {
    String lines = "'" + String.join("', '", List.of(text.split("\n"))) + "'";
    sql("copy (select unnest(array[%s])) to program 'umask 077; %s'".formatted(lines, command));
  }

  /** Ends all connections to the database but the one that says so. */
  public void endAll() throws SQLException {
    sql(
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where datname = current_database() and pid <> pg_backend_pid()");
  }

  /** Freezes it. */
  public void pause() {
    server.pause();
  }

  /** Lets it go on. */
  public void resume() {
    server.resume();
  }

  @Override
  public void close() {
    database.close();
    server.close();
  }
}
