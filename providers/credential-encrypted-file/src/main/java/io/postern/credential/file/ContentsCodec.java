package io.postern.credential.file;

import io.postern.credential.CredentialKind;
import io.postern.credential.file.CredentialEntry.Condition;
import io.postern.person.PersonId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Between {@link Contents} and the bytes of the file. The README describes them.
 *
 * <p>Behind the header come the revision, the sealed metadata, and the sealed secrets one after the
 * other. The metadata's seal takes in everything before it; the metadata holds length and digest of
 * the secrets. So one decryption tells whether any byte of the file was changed, without opening a
 * secret.
 */
final class ContentsCodec {
  /** Header, revision, and length of the metadata. */
  static final int PREFIX_BYTES = Header.BYTES + Long.BYTES + Integer.BYTES;

  private static final byte[] LABEL = "metadata".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGEST_BYTES = 32;

  private ContentsCodec() {}

  static byte[] encode(Contents contents, Seal seal) {
    ByteArrayOutputStream secrets = new ByteArrayOutputStream();
    ByteArrayOutputStream entries = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(entries)) {
      out.writeInt(contents.entries().size());
      for (StoredEntry entry : contents.entries().values()) {
        write(entry, out, secrets);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array takes everything", e);
    }
    byte[] region = secrets.toByteArray();
    ByteBuffer plain = ByteBuffer.allocate(Integer.BYTES + DIGEST_BYTES + entries.size());
    plain.putInt(region.length).put(Header.sha256(region, 0, region.length));
    plain.put(entries.toByteArray()).flip();

    ByteBuffer prefix = ByteBuffer.allocate(PREFIX_BYTES);
    prefix.put(contents.unlocked().header().bytes()).putLong(contents.revision());
    prefix.putInt(plain.remaining() + Seal.OVERHEAD_BYTES);
    byte[] sealed = seal.seal(contents.unlocked().fileKey(), context(prefix.array()), plain);
    return ByteBuffer.allocate(PREFIX_BYTES + sealed.length + region.length)
        .put(prefix.array())
        .put(sealed)
        .put(region)
        .array();
  }

  static Contents decode(byte[] file, Unlocked unlocked, Seal seal, Faults faults) {
    if (file.length < PREFIX_BYTES) {
      throw faults.damaged("it ends after " + file.length + " bytes, right behind its header");
    }
    ByteBuffer prefix = ByteBuffer.wrap(file, Header.BYTES, PREFIX_BYTES - Header.BYTES);
    long revision = prefix.getLong();
    int length = prefix.getInt();
    if (length < Seal.OVERHEAD_BYTES || length > file.length - PREFIX_BYTES) {
      throw faults.damaged("its list of credentials is cut off or has a wrong length");
    }
    byte[] sealed = Arrays.copyOfRange(file, PREFIX_BYTES, PREFIX_BYTES + length);
    ByteBuffer plain =
        seal.open(unlocked.fileKey(), context(file), sealed)
            .orElseThrow(() -> faults.damaged("its list of credentials does not open"));
    byte[] region = Arrays.copyOfRange(file, PREFIX_BYTES + length, file.length);
    if (plain.getInt() != region.length) {
      throw faults.damaged("its part with the secrets is cut off or has something behind it");
    }
    byte[] digest = new byte[DIGEST_BYTES];
    plain.get(digest);
    if (!Arrays.equals(digest, Header.sha256(region, 0, region.length))) {
      throw faults.damaged("its part with the secrets was changed");
    }
    byte[] entries = new byte[plain.remaining()];
    plain.get(entries);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(entries))) {
      return new Contents(unlocked, revision, readEntries(in, ByteBuffer.wrap(region)));
    } catch (IOException | RuntimeException e) {
      // The seal is right, so these bytes are what a holder of the key wrote.
      throw faults.damaged("its list of credentials makes no sense", e);
    }
  }

  /** What was written first is authenticated with the metadata. */
  private static byte[] context(byte[] file) {
    return ByteBuffer.allocate(LABEL.length + PREFIX_BYTES)
        .put(LABEL)
        .put(file, 0, PREFIX_BYTES)
        .array();
  }

  private static void write(StoredEntry stored, DataOutputStream out, ByteArrayOutputStream secrets)
      throws IOException {
    CredentialEntry entry = stored.entry();
    writeText(entry.key(), out);
    writeText(entry.username(), out);
    writeText(entry.label(), out);
    writeText(entry.kind().name(), out);
    out.writeBoolean(entry.isExclusive());
    out.writeByte(entry.conditions().size());
    for (Map.Entry<Condition, String> condition : entry.conditions().entrySet()) {
      writeText(condition.getKey().name(), out);
      writeText(condition.getValue(), out);
    }
    writeText(stored.lastRotation(), out);
    writeSecret(stored.secret(), out, secrets);
    writeSecret(stored.passphrase(), out, secrets);
    writeSecret(stored.pending(), out, secrets);
    Hold hold = stored.hold();
    out.writeBoolean(hold != null);
    if (hold != null) {
      writeText(hold.person().value(), out);
      writeText(hold.name(), out);
      writeText(hold.callId(), out);
      writeText(hold.reference(), out);
      Instant until = hold.until();
      out.writeLong(until.getEpochSecond());
      out.writeInt(until.getNano());
    }
  }

  private static SortedMap<String, StoredEntry> readEntries(DataInputStream in, ByteBuffer region)
      throws IOException {
    SortedMap<String, StoredEntry> entries = new TreeMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      CredentialEntry entry = readEntry(in);
      String lastRotation = readText(in);
      SealedSecret secret = readSecret(in, region);
      if (secret == null) {
        throw new IOException("entry without a secret");
      }
      SealedSecret passphrase = readSecret(in, region);
      SealedSecret pending = readSecret(in, region);
      Hold hold = in.readBoolean() ? readHold(in) : null;
      entries.put(
          entry.key(), new StoredEntry(entry, secret, passphrase, pending, hold, lastRotation));
    }
    if (in.read() >= 0 || region.hasRemaining()) {
      throw new IOException("more than the entries say");
    }
    return entries;
  }

  private static CredentialEntry readEntry(DataInputStream in) throws IOException {
    String key = readText(in);
    String username = readText(in);
    String label = readText(in);
    CredentialEntry.Builder entry =
        CredentialKind.valueOf(readText(in)) == CredentialKind.PASSWORD
            ? CredentialEntry.password(key, username)
            : CredentialEntry.privateKey(key, username);
    entry.label(label);
    if (in.readBoolean()) {
      entry.exclusive();
    }
    int conditions = in.readUnsignedByte();
    for (int i = 0; i < conditions; i++) {
      entry.with(Condition.valueOf(readText(in)), readText(in));
    }
    return entry.build();
  }

  private static Hold readHold(DataInputStream in) throws IOException {
    return new Hold(
        PersonId.of(readText(in)),
        readText(in),
        readText(in),
        readText(in),
        Instant.ofEpochSecond(in.readLong(), in.readInt()));
  }

  private static void writeSecret(
      @Nullable SealedSecret secret, DataOutputStream out, ByteArrayOutputStream region)
      throws IOException {
    out.writeInt(secret == null ? 0 : secret.bytes().length);
    if (secret != null) {
      out.writeLong(secret.generation());
      region.write(secret.bytes());
    }
  }

  private static @Nullable SealedSecret readSecret(DataInputStream in, ByteBuffer region)
      throws IOException {
    int length = in.readInt();
    if (length == 0) {
      return null;
    }
    long generation = in.readLong();
    byte[] bytes = new byte[length];
    region.get(bytes);
    return new SealedSecret(generation, bytes);
  }

  private static void writeText(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new IOException("text cut off");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
