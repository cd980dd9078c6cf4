package io.postern.tck;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ProviderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for secrets in what a provider says: as they are, in Base64, and the middle of long ones.
 * Compares bytes, so that the kit makes no texts of secrets either. Safe for use by several
 * threads.
 */
final class Leaks implements AutoCloseable {
  /** Shorter ones occur in ordinary words. */
  static final int SHORTEST = 6;

  private static final int LONG = 96;

  private record Said(SpiRule rule, String where, String text) {}

  private final List<byte[]> needles = new ArrayList<>();
  private final List<Said> said = new ArrayList<>();

  /** A secret to look for from now on, and in what was said before. */
  synchronized void learn(Secret secret) {
    if (secret.isClosed()) {
      return; // whether it may be is another rule's business
    }
    secret.use(
        bytes -> {
          byte[] copy = new byte[bytes.remaining()];
          bytes.get(copy);
          learn(copy);
          return copy.length;
        });
  }

  /** As {@link #learn(Secret)}; keeps the array, and wipes it in the end. */
  synchronized void learn(byte[] secret) {
    if (secret.length < SHORTEST) {
      return;
    }
    needles.add(secret);
    needles.add(Base64.getEncoder().withoutPadding().encode(secret));
    if (secret.length >= LONG) {
      // A key is leaked by any line of it; its first and last are the same in all keys.
      int third = secret.length / 3;
      needles.add(Arrays.copyOfRange(secret, third, third + 32));
    }
  }

  /** Whether there is anything that can be looked for. */
  synchronized boolean knowsAny() {
    return !needles.isEmpty();
  }

  /** Something that was said, to be searched in the end. */
  synchronized void heard(SpiRule rule, String where, String text) {
    said.add(new Said(rule, where, text));
  }

  /** A credential that was found, in its parts. */
  void heard(FoundCredential one) {
    heard(SpiRule.LEAK_4, "the key of a found credential", one.key());
    heard(SpiRule.LEAK_4, "the user name of '" + one.key() + "'", one.username());
    heard(SpiRule.LEAK_4, "the label of '" + one.key() + "'", one.label());
  }

  /** What was lent, in its parts before the whole: a leak is named after the narrowest place. */
  void heard(String what, Lent one) {
    Credential credential = one.credential();
    credential.secrets().forEach(this::learn);
    heard(SpiRule.LEAK_4, "the user name of " + what, credential.username());
    heard(SpiRule.LEAK_4, "the lease reference of " + what, one.lease().reference());
    credential
        .secrets()
        .forEach(
            secret -> heard(SpiRule.LEAK_1, "toString of a secret of " + what, secret.toString()));
    heard(SpiRule.LEAK_1, "toString of what " + what + " lent", one.toString());
  }

  /** A throwable with all that hangs on it. */
  void heard(SpiRule rule, String where, Throwable thrown) {
    hear(rule, where, thrown, new IdentityHashMap<>());
  }

  private void hear(SpiRule rule, String where, Throwable thrown, Map<Throwable, Boolean> seen) {
    if (seen.put(thrown, true) != null) {
      return;
    }
    heard(rule, where + " (" + thrown.getClass().getName() + ")", thrown.toString());
    if (thrown instanceof ProviderException failure) {
      heard(rule, where + " (its logText)", failure.logText());
    }
    if (thrown.getCause() != null) {
      hear(rule, where + ", cause", thrown.getCause(), seen);
    }
    for (Throwable suppressed : thrown.getSuppressed()) {
      hear(rule, where + ", suppressed", suppressed, seen);
    }
  }

  /** The first leak, if there is any. */
  synchronized Optional<RuleBroken> first() {
    return said.stream()
        .filter(one -> holdsSecret(one.text()))
        .findFirst()
        .map(one -> new RuleBroken(one.rule(), "there is a secret in " + one.where()));
  }

  private boolean holdsSecret(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return needles.stream().anyMatch(needle -> contains(bytes, needle));
  }

  private static boolean contains(byte[] text, byte[] needle) {
    for (int at = 0; at <= text.length - needle.length; at++) {
      if (Arrays.equals(text, at, at + needle.length, needle, 0, needle.length)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public synchronized void close() {
    needles.forEach(needle -> Arrays.fill(needle, (byte) 0));
    needles.clear();
    said.clear();
  }
}
