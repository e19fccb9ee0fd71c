package dev.weir.pool.socket;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why server and client do not trust each other, read from what lies below the driver's exception:
 * its SQLSTATE is that of a server that is away.
 */
final class TlsTrouble {

  /** How the JDK tells what the other side said last. */
  private static final Pattern ALERT = Pattern.compile("fatal alert: (\\w+)");

  private TlsTrouble() {}

  /** The trouble and its mend in words; null if it is none of TLS. */
  static @Nullable String words(SQLException root) {
    @Nullable String words = null;
    for (@Nullable Throwable it = root.getCause(); it != null; it = it.getCause()) {
      String said = ofCause(it);
      words = said == null ? words : said; // the deepest knows best
    }
    return words;
  }

  private static @Nullable String ofCause(Throwable cause) {
    return switch (cause) {
      case CertPathBuilderException _ ->
          "its certificate is of no issuer that sslrootcert of postgres.url names: put the"
              + " issuer's certificate into that file, or see that it is the right server.";
      case CertPathValidatorException invalid -> ofCertificate(invalid);
      case SSLException tls -> ofAlert(Objects.requireNonNullElse(tls.getMessage(), ""));
      default -> null;
    };
  }

  private static String ofCertificate(CertPathValidatorException invalid) {
    X509Certificate certificate = certificate(invalid);
    if (certificate == null) {
      return "its certificate is not accepted (%s): check sslrootcert of postgres.url."
          .formatted(invalid.getMessage());
    }
    String name = certificate.getSubjectX500Principal().getName();
    if (invalid.getReason() == BasicReason.EXPIRED) {
      return "its certificate %s ended at %s: renew it on the server (ssl_cert_file), and reload that."
          .formatted(name, instant(certificate.getNotAfter()));
    }
    if (invalid.getReason() == BasicReason.NOT_YET_VALID) {
      return "its certificate %s begins at %s: check the clock of this machine, or the certificate."
          .formatted(name, instant(certificate.getNotBefore()));
    }
    return "its certificate %s, which ends at %s, is not accepted (%s): check sslrootcert of postgres.url."
        .formatted(name, instant(certificate.getNotAfter()), invalid.getMessage());
  }

  // What the JDK offers; the date is but a number of milliseconds here.
  @SuppressWarnings("JavaUtilDate")
  private static Instant instant(java.util.Date date) {
    return date.toInstant();
  }

  private static @Nullable X509Certificate certificate(CertPathValidatorException invalid) {
    if (invalid.getCertPath() == null || invalid.getIndex() < 0) {
      return null;
    }
    List<? extends Certificate> chain = invalid.getCertPath().getCertificates();
    return chain.get(invalid.getIndex()) instanceof X509Certificate one ? one : null;
  }

  private static @Nullable String ofAlert(String message) {
    Matcher alert = ALERT.matcher(message);
    if (!alert.find()) {
      return null;
    }
    String said = alert.group(1);
    return said.contains("cert") || said.equals("unknown_ca")
        ? "it refused our certificate (%s): renew the files of sslcert and sslkey in postgres.url, or name their issuer in ssl_ca_file on the server."
            .formatted(said)
        : "it ended the TLS handshake (%s): check sslmode of postgres.url against ssl on the server."
            .formatted(said);
  }
}
