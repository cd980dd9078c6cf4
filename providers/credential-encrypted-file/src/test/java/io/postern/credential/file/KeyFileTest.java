package io.postern.credential.file;

import static io.postern.credential.file.Failures.assertNothingDone;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
  @TempDir Path directory;

  @Test
  void bytesAndBase64_areTheSameKey() throws Exception {
    for (int seed = 0; seed < 50; seed++) {
      byte[] key = new byte[32];
      new Random(seed).nextBytes(key);
      Path raw = Store.keyFile(directory.resolve("raw-" + seed), "");
      Files.write(raw, key);
      String base64 = Base64.getEncoder().encodeToString(key);
      Path lines =
          Store.keyFile(
              directory.resolve("base64-" + seed),
              base64.substring(0, 20) + "\r\n" + base64.substring(20) + "\n");
      Path unpadded = Store.keyFile(directory.resolve("unpadded-" + seed), base64.replace("=", ""));

      try (Secret expected = Secret.takeFrom(key);
          Secret a = KeyFile.read(raw);
          Secret b = KeyFile.read(lines);
          Secret c = KeyFile.read(unpadded)) {
        assertThat(a.sameAs(expected)).isTrue();
        assertThat(b.sameAs(expected)).isTrue();
        assertThat(c.sameAs(expected)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "too short",
        "0123456789abcdef0123456789abcde",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=A",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "AAAAAAAAAAAAAAAAAAAA*AAAAAAAAAAAAAAAAAAAAAA=",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0"
      })
  void anythingElse_isRefusedWithoutShowingIt(String content) {
    Path path = Store.keyFile(directory.resolve("key"), content);

    var thrown =
        assertNothingDone(
            () -> KeyFile.read(path), Failure.MISCONFIGURED, "neither 32 bytes", path.toString());
    if (!content.isEmpty()) {
      assertThat(thrown.getMessage() + thrown.logText()).doesNotContain(content);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----"})
  void fileThatOthersMayUse_isRefusedWithTheWayOut(String permissions) throws Exception {
    Path path = Store.keyFile(directory.resolve("key"), "0123456789abcdef0123456789abcdef");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));

    assertNothingDone(
        () -> KeyFile.read(path), Failure.MISCONFIGURED, permissions, "chmod 600", "" + path);
  }

  @Test
  void missingFile_isNamed() {
    Path path = directory.resolve("none");

    assertNothingDone(
        () -> KeyFile.read(path), Failure.MISCONFIGURED, "cannot be read", "'key-file'", "" + path);
  }
}
