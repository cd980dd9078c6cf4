package com.example.keystore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is this store's own; the rest is the conformance kit's. */
class KeystoreTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = folder.resolve("credentials.p12");
    TestKeystore.write(
        file,
        "password-1".toCharArray(),
        Map.of("orders-db/app", "correct-horse", "all/audit", "for-everything", "stray", "x"));
  }

  private Keystore keystore(String password) {
    return new Keystore(file, Secret.takeFrom(password.toCharArray()));
  }

  @Test
  void aliases_areThoseWithItemAndUser() {
    assertEquals(List.of("all/audit", "orders-db/app"), keystore("password-1").aliases());
  }

  @Test
  void password_isWhatKeytoolPutThere() {
    try (Secret expected = Secret.takeFrom("correct-horse".toCharArray());
        Secret actual = keystore("password-1").password("orders-db/app")) {
      assertTrue(actual.sameAs(expected));
    }
  }

  @Test
  void wrongPassword_isMisconfigured() {
    assertFails(Failure.MISCONFIGURED, keystore("wrong-one"));
  }

  @Test
  void anotherFile_isMisconfigured() throws Exception {
    Files.writeString(file, "no key store");
    assertFails(Failure.MISCONFIGURED, keystore("password-1"));
  }

  @Test
  void missingFile_isUnavailable() throws Exception {
    Files.delete(file);
    assertFails(Failure.UNAVAILABLE, keystore("password-1"));
  }

  private static void assertFails(Failure failure, Keystore keystore) {
    ProviderException thrown = assertThrows(ProviderException.class, keystore::aliases);
    assertEquals(failure, thrown.failure());
    assertTrue(thrown.isWithoutEffect());
  }
}
