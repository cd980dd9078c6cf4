package com.example.keystore;

import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The store itself: a PKCS#12 file with the passwords that {@code keytool -importpass} put there.
 * Read anew each time, so that changes count at once and no secret stays. All that fails becomes
 * one of the closed set here.
 */
final class Keystore {
  private final Path file;
  private final Secret password;

  Keystore(Path file, Secret password) {
    this.file = file;
    this.password = password;
  }

  /** The aliases of form {@code <jump item>/<user name>} that stand for passwords. */
  List<String> aliases() {
    return opened(
        (store, characters) ->
            Collections.list(store.aliases()).stream()
                .filter(alias -> alias.matches("[^/]{1,100}/.{1,99}"))
                .filter(alias -> isPassword(store, alias))
                .sorted()
                .toList());
  }

  private static boolean isPassword(KeyStore store, String alias) {
    try {
      return store.entryInstanceOf(alias, KeyStore.SecretKeyEntry.class);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  // region secret
  /** The password under an alias. The caller closes it. */
  Secret password(String alias) {
    return opened(
        (store, characters) -> {
          Key key = store.getKey(alias, characters);
          byte[] bytes = key == null ? new byte[0] : key.getEncoded();
          if (bytes.length == 0) {
            throw failure(
                Failure.MISCONFIGURED, "'" + alias + "' is empty; put a password in", null);
          }
          return Secret.takeFrom(bytes); // and wipes them
        });
  }

  // endregion

  // region errors
  private <T> T opened(Reading<T> reading) {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (ClosedByInterruptException e) {
      throw failure(Failure.TIMED_OUT, "reading " + this + " was interrupted", e);
    } catch (IOException e) {
      throw failure(Failure.UNAVAILABLE, this + " cannot be read; is its disk there?", e);
    }
    char[] characters = password.use(Keystore::characters);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(content), characters);
      return reading.read(store, characters);
    } catch (IOException | GeneralSecurityException e) {
      throw failure(
          Failure.MISCONFIGURED, this + " does not open; is 'password' the right one?", e);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  /** The file is only ever read: whatever fails, nothing was done. */
  static ProviderException failure(Failure failure, String text, Exception cause) {
    String log = cause == null ? "" : cause.toString();
    return ProviderException.withoutEffect(failure, text, log, cause);
  }

  // endregion

  // region bytes
  /** UTF-8 as characters. Not by a String, which nobody can wipe; the caller wipes these. */
  private static char[] characters(ByteBuffer utf8) {
    CharBuffer decoded = CharBuffer.allocate(utf8.remaining()); // never more than the bytes
    StandardCharsets.UTF_8.newDecoder().decode(utf8, decoded, true);
    char[] characters = Arrays.copyOf(decoded.array(), decoded.position());
    Arrays.fill(decoded.array(), '\0');
    return characters;
  }

  // endregion

  @Override
  public String toString() {
    return "key store " + file;
  }

  /** What is done with the opened key store. */
  @FunctionalInterface
  private interface Reading<T> {
    T read(KeyStore store, char[] characters) throws IOException, GeneralSecurityException;
  }
}
