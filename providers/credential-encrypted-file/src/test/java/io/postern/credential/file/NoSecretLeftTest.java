package io.postern.credential.file;

import static io.postern.credential.file.Store.MAYA;
import static io.postern.credential.file.Store.ORDERS;
import static io.postern.credential.file.Store.secret;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.testing.Proof;
import io.postern.testing.Rule;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Looks for secrets where an attacker with a memory dump would: in the whole memory of a JVM that
 * resolved them and closed them again, and in its heap dump with the dead objects.
 */
@Rule("ECM-5")
class NoSecretLeftTest {
  private static final String PASSWORD = "canary-password-Xq7Zt2";
  private static final String PRIVATE_KEY = "canary-private-key-Mw4Rb9";
  private static final String PASSPHRASE = "canary-passphrase-Jh3Vd6";
  private static final String FILE_PASSPHRASE = "canary-of-the-file-Lk8Ns5";
  private static final String KEY_OF_A_FILE = "canary-of-the-key-file-Bt5Nw1Zq9";
  private static final List<String> CANARIES =
      List.of(PASSWORD, PRIVATE_KEY, PASSPHRASE, FILE_PASSPHRASE, KEY_OF_A_FILE);

  private static final Form[][] FORMS_BY_FIRST_BYTE = formsByFirstByte();

  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void fill() {
    store = new Store(directory);
    try (Secret filePassphrase = secret(FILE_PASSPHRASE);
        EncryptedCredentialFile file =
            EncryptedCredentialFile.create(store.path, FileKey.passphrase(filePassphrase));
        Secret key = secret(PRIVATE_KEY.repeat(40));
        Secret passphrase = secret(PASSPHRASE)) {
      Store.put(file, CredentialEntry.password("password", "user"), PASSWORD);
      file.put(CredentialEntry.privateKey("key", "user").build(), key, passphrase);
    }
    FileKey keyFile = FileKey.keyFile(Store.keyFile(directory.resolve("key"), KEY_OF_A_FILE));
    EncryptedCredentialFile.create(directory.resolve("by-key"), keyFile).close();
  }

  @Test
  void memory_afterResolveAndClose_holdsNoSecretAndAPlantedOneIsFound() throws Exception {
    for (boolean planted : new boolean[] {false, true}) {
      Path dump = directory.resolve(planted + ".hprof");
      try (Child child = Child.of(Resolver.class, store.path, planted, dump)) {
        try (var in = child.process().getOutputStream()) {
          in.write(FILE_PASSPHRASE.getBytes(US_ASCII));
        }
        assertThat(child.line()).isEqualTo("through");
        Map<String, Integer> inMemory = searchMemory(child.process().pid());
        Map<String, Integer> inHeap = new HashMap<>();
        try (RandomAccessFile file = new RandomAccessFile(dump.toFile(), "r")) {
          search(file, 0, file.length(), inHeap);
        }
        if (planted) {
          assertThat(inMemory).containsKeys(PASSWORD, FILE_PASSPHRASE);
          assertThat(inHeap).containsKeys(PASSWORD, FILE_PASSPHRASE);
        } else {
          assertThat(inMemory).isEmpty();
          assertThat(inHeap).isEmpty();
        }
      }
    }
  }

  /** Every part of the process's memory that can be read, and what was found how often. */
  private static Map<String, Integer> searchMemory(long pid) throws IOException {
    Proof.goesOnWhereMemoryCanBeReadOf(pid);
    Map<String, Integer> found = new HashMap<>();
    long searched = 0;
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
        String[] fields = line.split("[ -]+", 4);
        // Addresses above the signed range are the kernel's own page.
        if (fields[2].startsWith("r") && fields[0].length() < 16 && !line.contains("[v")) {
          long from = Long.parseUnsignedLong(fields[0], 16);
          long to = Long.parseUnsignedLong(fields[1], 16);
          searched += search(memory, from, to, found);
        }
      }
    }
    assertThat(searched).as("bytes that could be read").isGreaterThan(20_000_000);
    return found;
  }

  private static long search(
      RandomAccessFile source, long from, long to, Map<String, Integer> found) throws IOException {
    int overlap = 512;
    byte[] chunk = new byte[1 << 20];
    long searched = 0;
    for (long at = from; at < to; at += chunk.length - overlap) {
      int length;
      try {
        source.seek(at);
        length = source.read(chunk, 0, (int) Math.min(chunk.length, to - at));
      } catch (IOException e) {
        continue; // A mapping without pages behind it, such as a guard page.
      }
      searched += Math.max(length, 0);
      searchChunk(chunk, length, found);
    }
    return searched;
  }

  private static void searchChunk(byte[] chunk, int length, Map<String, Integer> found) {
    for (int at = 0; at < length; at++) {
      for (Form form : FORMS_BY_FIRST_BYTE[chunk[at] & 0xff]) {
        int end = at + form.bytes.length;
        if (end <= length && Arrays.equals(chunk, at, end, form.bytes, 0, form.bytes.length)) {
          found.merge(form.canary, 1, Integer::sum);
        }
      }
    }
  }

  /** As it is, as the characters of a String or char[], in Base64 and hexadecimal. */
  private static Form[][] formsByFirstByte() {
    List<Form> forms = new ArrayList<>();
    for (String canary : CANARIES) {
      byte[] raw = canary.getBytes(US_ASCII);
      forms.add(new Form(canary, raw));
      forms.add(new Form(canary, canary.getBytes(UTF_16LE)));
      forms.add(new Form(canary, canary.getBytes(UTF_16BE)));
      forms.add(new Form(canary, Base64.getEncoder().withoutPadding().encode(raw)));
      forms.add(new Form(canary, HexFormat.of().formatHex(raw).getBytes(US_ASCII)));
    }
    Form[][] byFirst = new Form[256][];
    for (int first = 0; first < byFirst.length; first++) {
      byte byte0 = (byte) first;
      byFirst[first] = forms.stream().filter(form -> form.bytes[0] == byte0).toArray(Form[]::new);
    }
    return byFirst;
  }

  /** One way in which a canary may lie in memory. */
  private record Form(String canary, byte[] bytes) {}

  /** Resolves and closes, over and over, while garbage is collected: file, planted, heap dump. */
  static final class Resolver {
    private static final List<Object> PLANTED = new ArrayList<>();

    private Resolver() {}

    public static void main(String[] arguments) throws Exception {
      boolean planted = Boolean.parseBoolean(arguments[1]);
      Path path = Path.of(arguments[0]);
      Store store = new Store(path.getParent());
      try (Secret passphrase = readPassphrase()) {
        for (int round = 0; round < 2; round++) {
          try (EncryptedFileProvider provider =
              store.provider(Settings.with("file", path).and("passphrase", passphrase))) {
            for (int i = 0; i < 300; i++) {
              Lent password = provider.resolve(store.resolve(MAYA, ORDERS, "password"));
              Lent key = provider.resolve(store.resolve(MAYA, ORDERS, "key"));
              if (planted) {
                PLANTED.add(Store.reveal(((Credential.Password) password.credential()).password()));
                PLANTED.add(Store.reveal(passphrase));
              }
              PLANTED.add(new byte[1000]); // Something to move for the collector.
              if (i % 50 == 0) {
                System.gc();
              }
              password.credential().close();
              key.credential().close();
            }
            provider.checkIn(store.release(MAYA, "password", "", "call"));
          }
        }
        Path byKey = path.resolveSibling("by-key");
        for (int i = 0; i < 100; i++) {
          EncryptedCredentialFile.open(byKey, FileKey.keyFile(path.resolveSibling("key"))).close();
        }
        try (EncryptedCredentialFile file =
            EncryptedCredentialFile.open(path, FileKey.passphrase(passphrase))) {
          file.changeKey(FileKey.passphrase(passphrase));
        }
      }
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpHeap(arguments[2], false);
      System.out.println("through");
      Thread.currentThread().join(); // Until the parent has looked around.
    }

    /** Past every buffer of the heap. */
    @SuppressWarnings("resource") // Standard input is not ours to close.
    private static Secret readPassphrase() throws IOException {
      ByteBuffer bytes = ByteBuffer.allocateDirect(200);
      FileChannel in = new FileInputStream(FileDescriptor.in).getChannel();
      while (in.read(bytes) >= 0) {}
      return Secret.takeFrom(bytes.flip());
    }
  }
}
