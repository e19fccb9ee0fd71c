package dev.weir.pool.socket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a secret to know it again: its SHA-256 digest. Immutable.
 *
 * @param digest empty for no secret
 */
record Print(String digest) {

  static final Print NONE = new Print("");

  static Print of(@Nullable String secret) {
    if (secret == null) {
      return NONE;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return new Print(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java has SHA-256, but this one", impossible);
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
