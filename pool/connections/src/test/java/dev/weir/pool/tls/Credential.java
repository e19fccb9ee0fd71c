package dev.weir.pool.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** A key and the certificate that its issuer has given it. Immutable. */
public record Credential(PrivateKey key, X509Certificate certificate) {

  /** What {@code sslpassword} says. */
  public static final String PASSWORD = "only-for-this-test";

  /** The name under which pgjdbc looks for a key in a PKCS #12 file. */
  private static final String ALIAS = "user";

  /** The certificate as PostgreSQL and the driver read it. */
  public String certificatePem() {
    return pem(certificate);
  }

  /** The key as PostgreSQL reads it. */
  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String pem(String what, byte[] content) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what);
  }

  /**
   * Puts key and certificate into a file for {@code sslkey}, in one step as a good operator does.
   */
  public void replace(Path file) {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try (OutputStream out = Files.newOutputStream(next)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(ALIAS, key, PASSWORD.toCharArray(), new Certificate[] {certificate});
      store.store(out, PASSWORD.toCharArray());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
    move(next, file);
  }

  /** Writes a file in one step. */
  public static void replace(Path file, String text) {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      Files.writeString(next, text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    move(next, file);
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
