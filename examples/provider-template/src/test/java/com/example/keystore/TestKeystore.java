package com.example.keystore;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Makes key stores as {@code keytool -importpass} does. */
final class TestKeystore {
  private TestKeystore() {}

  static void write(Path file, char[] password, Map<String, String> passwords) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (var entry : passwords.entrySet()) {
      PBEKeySpec secret = new PBEKeySpec(entry.getValue().toCharArray());
      store.setEntry(
          entry.getKey(),
          new KeyStore.SecretKeyEntry(SecretKeyFactory.getInstance("PBE").generateSecret(secret)),
          new KeyStore.PasswordProtection(password));
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password);
    }
  }
}
