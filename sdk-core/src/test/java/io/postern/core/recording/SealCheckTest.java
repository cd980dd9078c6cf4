package io.postern.core.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.core.recording.SealCheck.Finding;
import io.postern.core.recording.SealCheck.StoredSeal;
import io.postern.testing.Rule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a sealed recording is found, and where. */
@Rule("REC-4")
class SealCheckTest {
  private static final String ID = "rec1";
  @TempDir Path directory;
  private RecordingFolder.Place place;
  private StoredSeal stored;

  @BeforeEach
  void place() {
    place =
        new RecordingFolder.Place(
            "s/01-t.cast",
            directory.resolve("01-t.cast"),
            directory.resolve("01-t.txt"),
            directory.resolve("01-t.seal"));
  }

  /** Records events of a given length, with a chunk's end after every {@code perChunk}. */
  private byte[] record(String id, int events, int length, int perChunk) throws IOException {
    Files.deleteIfExists(place.cast());
    Files.deleteIfExists(place.transcript());
    Files.deleteIfExists(place.seal());
    DiskFiles files = new DiskFiles();
    CastEncoder encoder = new CastEncoder();
    GrowingBytes line = new GrowingBytes();
    try (RecordingFile cast = files.create(place.cast());
        SealWriter seal = SealWriter.begin(files.create(place.seal()), id)) {
      line.append(new CastHeader(80, 24, 1, "t").bytes());
      for (int i = 0; i < events; i++) {
        byte[] output = (i + " " + "x".repeat(length) + "\r\n").getBytes(UTF_8);
        encoder.output(i, output, 0, output.length, line);
        cast.write(line.array(), 0, line.size());
        seal.add(line.array(), 0, line.size());
        if (i % perChunk == perChunk - 1) {
          seal.endChunk();
        }
        line.clear();
      }
      Sealing.Sealed sealed = new Sealing(files).finish(place, cast, seal);
      stored = new StoredSeal(sealed.hash(), sealed.size());
    }
    return Files.readAllBytes(place.cast());
  }

  private Finding check() throws IOException {
    return SealCheck.of(place, ID, Optional.of(stored));
  }

  private Finding checkWith(Path file, byte[] changed) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, changed);
    try {
      return check();
    } finally {
      Files.write(file, whole);
    }
  }

  private static byte[] without(byte[] whole, int from, int to) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.write(whole, 0, from);
    rest.write(whole, to, whole.length - to);
    return rest.toByteArray();
  }

  private static byte[] with(byte[] whole, int at, byte more) {
    ByteArrayOutputStream grown = new ByteArrayOutputStream();
    grown.write(whole, 0, at);
    grown.write(more);
    grown.write(whole, at, whole.length - at);
    return grown.toByteArray();
  }

  private static void assertFound(Finding finding, long at) {
    assertThat(finding.text()).isNotEmpty();
    assertThat(finding.from()).as(finding.text()).isLessThanOrEqualTo(at);
    assertThat(finding.to()).as(finding.text()).isGreaterThan(at);
    assertThat(finding.bytes()).isEqualTo(finding.from());
  }

  @Test
  void recording_asItWasSealed_isIntact() throws IOException {
    for (int events : new int[] {1, 7, 500}) {
      for (int length : new int[] {0, 1, 100, 1000}) {
        byte[] whole = record(ID, events, length, 1 + events / 3);
        assertThat(check()).isEqualTo(new Finding(whole.length, -1, -1, ""));
      }
    }
  }

  @Test
  void cast_withAnySingleByteChanged_isFoundInItsChunk() throws IOException {
    byte[] whole = record(ID, 8, 10, 2);
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      Finding finding = checkWith(place.cast(), changed);
      assertFound(finding, at);
      assertThat(finding.text()).startsWith("changed: chunk ").contains("bytes " + finding.from());
    }
    assertThat(check().isIntact()).isTrue();
  }

  @Test
  void cast_cutAtAnyLength_isFoundWhereItEnds() throws IOException {
    byte[] whole = record(ID, 8, 10, 2);
    for (int length = 0; length < whole.length; length++) {
      Finding finding = checkWith(place.cast(), Arrays.copyOf(whole, length));
      assertFound(finding, length);
      assertThat(finding.text())
          .startsWith("cut: the file ends at byte " + length)
          .endsWith("; " + (whole.length - length) + " are gone");
    }
  }

  @Test
  void cast_withMoreAtItsEnd_isFoundThere() throws IOException {
    byte[] whole = record(ID, 8, 10, 2);
    Finding finding = checkWith(place.cast(), with(whole, whole.length, (byte) '\n'));
    assertFound(finding, whole.length);
    assertThat(finding.text()).isEqualTo("added: 1 bytes from byte " + whole.length + " on");
  }

  @Test
  void cast_withAnyTwoChunksSwapped_isFoundAtTheFirst() throws IOException {
    // Events of one length, so that chunks have one length too.
    record(ID, 10, 10, 2);
    byte[] whole = Files.readAllBytes(place.cast());
    var chunks = SealFile.read(place.seal(), ID).chunks();
    for (int a = 1; a < chunks.size(); a++) {
      for (int b = a + 1; b < chunks.size(); b++) {
        byte[] swapped = whole.clone();
        int length = chunks.get(a).length();
        assertThat(chunks.get(b).length()).isEqualTo(length);
        System.arraycopy(
            whole, (int) chunks.get(a).offset(), swapped, (int) chunks.get(b).offset(), length);
        System.arraycopy(
            whole, (int) chunks.get(b).offset(), swapped, (int) chunks.get(a).offset(), length);
        Finding finding = checkWith(place.cast(), swapped);
        assertFound(finding, chunks.get(a).offset());
        assertThat(finding.text()).startsWith("moved: ").endsWith("was chunk " + (b + 1));
      }
    }
  }

  @Test
  void sealOrTranscript_withAnyByteChangedCutOrAdded_isFound() throws IOException {
    record(ID, 6, 4, 2);
    for (Path file : new Path[] {place.seal(), place.transcript()}) {
      byte[] whole = Files.readAllBytes(file);
      for (int at = 0; at < whole.length; at++) {
        byte[] changed = whole.clone();
        changed[at] ^= (byte) (1 << (at % 8));
        assertThat(checkWith(file, changed).isIntact()).as("%s flipped at %s", file, at).isFalse();
        assertThat(checkWith(file, Arrays.copyOf(whole, at)).isIntact())
            .as("cut at %s", at)
            .isFalse();
        assertThat(checkWith(file, with(whole, at, (byte) '1')).isIntact())
            .as("added at %s", at)
            .isFalse();
      }
      assertThat(checkWith(file, with(whole, whole.length, (byte) 'x')).isIntact()).isFalse();
      assertThat(checkWith(file, with(whole, whole.length, (byte) '\n')).isIntact()).isFalse();
    }
  }

  @Test
  void files_ofAnotherRecordingOrMadeAnew_areFoundByWhatTheStoreKnows() throws IOException {
    record("other", 6, 4, 2);
    assertThat(check().text()).contains("line 1 of the seal");
    StoredSeal other = stored;
    record(ID, 6, 5, 2);
    stored = other;
    assertThat(check().text()).contains("another than the one that the store knows");
  }

  @Test
  void seal_whoseHashesChainButWhoseChunksDoNotGoOn_isFaulty() throws IOException {
    record(ID, 6, 4, 2);
    SealLine opening = SealLine.opening(ID);
    for (String body :
        new String[] {
          "chunk 1 5 10 " + "0".repeat(64),
          "chunk 1 0 -1 " + "0".repeat(64),
          "chunk 1 0 99999999999 " + "0".repeat(64),
          "chunk x 0 1"
        }) {
      SealLine line = opening.next(body);
      byte[] forged =
          (new String(opening.bytes(), UTF_8) + new String(line.bytes(), UTF_8)).getBytes(UTF_8);
      assertThat(checkWith(place.seal(), forged).text()).contains("line 2 of the seal");
    }
  }

  @Test
  void missingFiles_areFound() throws IOException {
    record(ID, 6, 4, 2);
    Files.delete(place.transcript());
    assertThat(check().text())
        .isEqualTo("the transcript is missing: " + place.transcript().getFileName());
    Files.delete(place.seal());
    assertThat(check().text()).isEqualTo("the seal is missing: " + place.seal().getFileName());
    Files.delete(place.cast());
    assertThat(check().text())
        .isEqualTo("the recording's file is missing: " + place.cast().getFileName());
  }

  /** G42, short form. */
  @Test
  void recording_withOneOfManyRandomChanges_isAlwaysFoundInItsPlace() throws IOException {
    byte[] whole = record(ID, 210, 1000, 1_000);
    assertThat(whole.length).isGreaterThan(3 * SealWriter.CHUNK);
    Random random = new Random(42);
    for (int round = 0; round < 2_500; round++) {
      int at = random.nextInt(whole.length);
      byte[] changed =
          switch (round % 5) {
            case 0 -> flipped(whole, at, random);
            case 1 -> without(whole, at, Math.min(whole.length, at + 1 + random.nextInt(2_000)));
            case 2 -> with(whole, at, (byte) random.nextInt(256));
            case 3 -> Arrays.copyOf(whole, at);
            default -> swappedBytes(whole, at, random);
          };
      if (!Arrays.equals(changed, whole)) {
        int first = Arrays.mismatch(changed, whole);
        assertFound(checkWith(place.cast(), changed), first);
      }
    }
    assertThat(check().isIntact()).isTrue();
  }

  private static byte[] flipped(byte[] whole, int at, Random random) {
    byte[] changed = whole.clone();
    changed[at] ^= (byte) (1 + random.nextInt(255));
    return changed;
  }

  private static byte[] swappedBytes(byte[] whole, int at, Random random) {
    byte[] changed = whole.clone();
    int other = random.nextInt(whole.length);
    changed[at] = whole[other];
    changed[other] = whole[at];
    return changed;
  }
}
