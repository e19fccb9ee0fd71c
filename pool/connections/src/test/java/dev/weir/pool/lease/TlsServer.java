package dev.weir.pool.lease;

import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;

/** A PostgreSQL that speaks TLS, by a certificate that the JDK's keytool has made for it. */
final class TlsServer implements AutoCloseable {

  private static final String ALIAS = "server";
  private static final String PASSWORD = "only-for-this-test";

  private final PostgresServer server = PostgresServer.start();
  private final TestDatabase database = server.freshDatabase();
  private final Path certificate;

  TlsServer(Path directory) throws IOException, GeneralSecurityException, SQLException {
    KeyStore made = keyPair(directory.resolve("server.p12"));
    String shown = pem("CERTIFICATE", made.getCertificate(ALIAS).getEncoded());
    String kept = pem("PRIVATE KEY", made.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
    certificate = Files.writeString(directory.resolve("server.crt"), shown);
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      // The server writes its own files, so that they are its own, and the key is nobody else's.
      write(statement, shown, "server.crt");
      write(statement, kept, "server.key");
      statement.execute("alter system set ssl = on");
      statement.execute("select pg_reload_conf()");
    }
  }

  TestDatabase database() {
    return database;
  }

  /** Where the driver insists on TLS and on this very server. */
  String url() {
    return database.jdbcUrl() + "?sslmode=verify-full&sslrootcert=" + certificate;
  }

  void pause() {
    server.pause();
  }

  void resume() {
    server.resume();
  }

  private static KeyStore keyPair(Path store) throws IOException, GeneralSecurityException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process making =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(making.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (making.onExit().join().exitValue() != 0) {
      throw new IOException("keytool made no certificate: " + said);
    }
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      made.load(in, PASSWORD.toCharArray());
    }
    return made;
  }

  private static String pem(String what, byte[] content) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what);
  }

  private static void write(Statement statement, String text, String file) throws SQLException {
    String lines = "'" + String.join("', '", List.of(text.split("\n"))) + "'";
    statement.execute(
        "copy (select unnest(array[%s])) to program 'umask 077; cat > %s'".formatted(lines, file));
  }

  @Override
  public void close() {
    database.close();
    server.close();
  }
}
