package dev.weir.pool.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Who gives certificates to servers and clients. Immutable. */
public final class Issuer {

  private static final Duration YEAR = Duration.ofDays(365);
  private static final AtomicLong SERIALS = new AtomicLong(1_000);

  private final X500Name name;
  private final KeyPair keys = keys();
  private final X509Certificate own;

  /** One of this name. */
  public Issuer(String name) {
    this.name = new X500Name("CN=" + name);
    this.own = sign(builder(this.name, keys, Instant.now().plus(YEAR)), true);
  }

  /** What those trust who trust this issuer. */
  public String certificatePem() {
    return Credential.pem(own);
  }

  /** A certificate for a server at 127.0.0.1, good for a year. */
  public Credential server() {
    return issue("127.0.0.1", Instant.now().plus(YEAR));
  }

  /** A certificate that ended at this time. */
  public Credential server(Instant end) {
    return issue("127.0.0.1", end);
  }

  /** A certificate for a client of this name, good for a year. */
  public Credential client(String user) {
    return issue(user, Instant.now().plus(YEAR));
  }

  private Credential issue(String subject, Instant end) {
    KeyPair theirs = keys();
    var builder = builder(new X500Name("CN=" + subject), theirs, end);
    return new Credential(theirs.getPrivate(), sign(builder, false));
  }

  // Bouncy Castle asks for the old type.
  @SuppressWarnings("JavaUtilDate")
  private X509v3CertificateBuilder builder(X500Name subject, KeyPair theirs, Instant end) {
    return new JcaX509v3CertificateBuilder(
        name,
        BigInteger.valueOf(SERIALS.incrementAndGet()),
        Date.from(end.minus(YEAR.multipliedBy(2))),
        Date.from(end),
        subject,
        theirs.getPublic());
  }

  private X509Certificate sign(X509v3CertificateBuilder builder, boolean issuer) {
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(issuer));
      if (!issuer) {
        var address = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(address));
      }
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
