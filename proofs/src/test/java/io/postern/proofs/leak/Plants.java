package io.postern.proofs.leak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.credential.Secret;
import io.postern.testing.Canary;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.slf4j.LoggerFactory;

/** Leaks made on purpose, one in each place and each in another form. */
final class Plants {
  private static volatile char[] inHeap;
  private static volatile ByteBuffer inMemory;

  private Plants() {}

  static String text(Secret secret) {
    return secret.use(bytes -> UTF_8.decode(bytes).toString());
  }

  static void inHeap(Secret secret) {
    inHeap = text(secret).toCharArray();
  }

  /** Outside the heap, where a heap dump does not look. */
  static void inMemory(Secret secret) {
    byte[] encoded = Base64.getEncoder().encode(("x" + text(secret)).getBytes(UTF_8));
    inMemory = ByteBuffer.allocateDirect(encoded.length).put(encoded);
  }

  static void inLog(Secret secret) {
    LoggerFactory.getLogger("plants").trace(HexFormat.of().formatHex(text(secret).getBytes(UTF_8)));
  }

  static void onOutput(Secret secret) {
    System.out.println(URLEncoder.encode(text(secret), UTF_8));
  }

  static void inException(Secret secret) {
    new IllegalStateException("{\"token\":\"" + Canary.json(text(secret)) + "\"}")
        .printStackTrace();
  }

  static void inFile(Path file, Secret secret) throws IOException {
    Files.writeString(file, text(secret));
  }
}
