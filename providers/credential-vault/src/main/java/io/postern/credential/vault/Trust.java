package io.postern.credential.vault;

import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Which servers are trusted, and by which certificate we are known to them. Reads its files when
 * they are first needed, and again when they have changed: certificates are renewed under a running
 * process.
 */
final class Trust {
  private final Optional<Path> authorities;
  private final Optional<Path> certificate;
  private final Optional<Path> key;
  private @Nullable SSLContext context;
  private List<FileTime> asOf = List.of();

  Trust(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key) {
    this.authorities = authorities;
    this.certificate = certificate;
    this.key = key;
  }

  /**
   * @throws ProviderException MISCONFIGURED when a file cannot be read or used
   */
  synchronized SSLContext context() {
    List<FileTime> now = new ArrayList<>();
    for (Optional<Path> file : List.of(authorities, certificate, key)) {
      file.ifPresent(path -> now.add(modified(path)));
    }
    SSLContext known = context;
    if (known != null && asOf.equals(now)) {
      return known;
    }
    try {
      SSLContext made = SSLContext.getInstance("TLS");
      made.init(keyManagers(), trustManagers(), null);
      context = made;
      asOf = now;
      return made;
    } catch (IOException | GeneralSecurityException e) {
      throw unusable("what TLS needs cannot be set up", e);
    }
  }

  private static FileTime modified(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException e) {
      throw unusable(path + " cannot be read", e);
    }
  }

  private TrustManager @Nullable [] trustManagers() throws IOException, GeneralSecurityException {
    if (authorities.isEmpty()) {
      return null; // Those of the JDK.
    }
    Path file = authorities.get();
    KeyStore store = emptyStore();
    for (Certificate authority : certificates(file)) {
      store.setCertificateEntry("ca-" + store.size(), authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private KeyManager @Nullable [] keyManagers() throws IOException, GeneralSecurityException {
    if (certificate.isEmpty() || key.isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    // The store is in memory only; the password is a matter of form.
    char[] none = new char[0];
    store.setKeyEntry(
        "client",
        privateKey(key.get()),
        none,
        certificates(certificate.get()).toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, none);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file) throws IOException {
    try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(file))) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw unusable(file + " holds no certificate in PEM", null);
      }
      return found;
    } catch (GeneralSecurityException e) {
      throw unusable(file + " holds no certificate in PEM", e);
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    byte[] pem = Files.readAllBytes(file);
    byte[] der = new byte[0];
    try {
      der = base64(pem, file);
      for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
          // Of another kind, then.
        }
      }
      throw unusable(file + " holds no RSA, EC or Ed25519 key", null);
    } finally {
      Arrays.fill(pem, (byte) 0);
      Arrays.fill(der, (byte) 0);
    }
  }

  /** What stands between the first BEGIN PRIVATE KEY line and the next line of hyphens. */
  private static byte[] base64(byte[] pem, Path file) {
    byte[] begin = "-----BEGIN PRIVATE KEY-----".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int at = 0; at + begin.length < pem.length; at++) {
      int from = at + begin.length;
      if (Arrays.equals(pem, at, from, begin, 0, begin.length)) {
        int to = from;
        while (to < pem.length && pem[to] != '-') {
          to++;
        }
        byte[] body = Arrays.copyOfRange(pem, from, to);
        try {
          return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
          throw unusable(file + " is damaged", null);
        } finally {
          Arrays.fill(body, (byte) 0);
        }
      }
    }
    throw unusable(
        file
            + " holds no unencrypted PKCS#8 key in PEM; convert it with openssl pkcs8 -topk8"
            + " -nocrypt",
        null);
  }

  private static ProviderException unusable(String what, @Nullable Exception cause) {
    return ProviderException.withoutEffect(
        Failure.MISCONFIGURED,
        "the TLS settings cannot be used: " + what,
        cause == null ? what : cause.getClass().getName(),
        cause);
  }
}
