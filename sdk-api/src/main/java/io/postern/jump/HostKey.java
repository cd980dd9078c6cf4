package io.postern.jump;

import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The public key by which an endpoint proves who it is.
 *
 * @param algorithm the SSH name of the key's type, such as {@code ssh-ed25519}
 * @param base64 the public key in SSH wire form, in Base64: the second word of a line in {@code
 *     known_hosts}
 * @see "RFC 4253 section 6.6"
 */
public record HostKey(String algorithm, String base64) {
  public HostKey {
    if (!requireNonNull(algorithm, "algorithm").matches("[a-z0-9@.-]{1,100}")) {
      throw new IllegalArgumentException(
          "host key algorithm is not an SSH name: '" + algorithm + "'");
    }
    byte[] key = Base64.getDecoder().decode(requireNonNull(base64, "base64"));
    if (key.length == 0 || key.length > 65_536) {
      throw new IllegalArgumentException("host key must have 1 to 65536 bytes, has " + key.length);
    }
  }

  /** The key's bytes in SSH wire form. */
  public static HostKey of(String algorithm, byte[] wireForm) {
    return new HostKey(algorithm, Base64.getEncoder().encodeToString(wireForm));
  }

  /** The fingerprint as OpenSSH prints it: {@code SHA256:} and unpadded Base64. */
  public String fingerprint() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(Base64.getDecoder().decode(base64));
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return algorithm + " " + fingerprint();
  }
}
