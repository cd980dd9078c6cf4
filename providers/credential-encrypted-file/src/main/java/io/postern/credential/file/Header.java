package io.postern.credential.file;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The first part of a credential file: which format, how the key is derived, and the file's own
 * key, wrapped. The README describes each byte.
 *
 * <p>It ends with a plain SHA-256 of itself. That proves nothing against an attacker, who can
 * compute it too, but tells a damaged header from a wrong passphrase, which look the same to the
 * cipher. Magic, version, length and checksum stay where they are in every later version, so that a
 * damaged version number is not taken for a newer file.
 */
final class Header {
  static final int VERSION = 1;

  private static final byte[] MAGIC = "PSTRNCRD".getBytes(StandardCharsets.US_ASCII);
  private static final int SALT_BYTES = 16;
  private static final int ID_BYTES = 16;
  private static final int FILE_KEY_BYTES = 32;
  private static final int CHECKSUM_BYTES = 32;
  private static final int BEFORE_WRAPPED = MAGIC.length + 2 + 2 + 2 + 4 + SALT_BYTES + ID_BYTES;
  private static final int WRAPPED_BYTES = FILE_KEY_BYTES + Seal.OVERHEAD_BYTES;

  /** How long a header of this version is. */
  static final int BYTES = BEFORE_WRAPPED + WRAPPED_BYTES + CHECKSUM_BYTES;

  private static final short PASSPHRASE = 1;
  private static final short KEY_FILE = 2;

  private final byte[] bytes;

  private Header(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A new file's header, or a new one for a file that keeps its {@code id}. */
  static Header create(FileKey key, byte[] id, Secret fileKey, Seal seal, Runnable stillWanted) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    ByteBuffer header = ByteBuffer.allocate(BYTES);
    header.put(MAGIC).putShort((short) VERSION).putShort((short) BYTES);
    header.putShort(key.isPassphrase() ? PASSPHRASE : KEY_FILE).putInt(key.iterations());
    header.put(salt).put(id);
    byte[] context = Arrays.copyOf(header.array(), BEFORE_WRAPPED);
    try (Secret wrapping = key.derive(salt, key.iterations(), stillWanted)) {
      byte[] wrapped = fileKey.use(plain -> seal.seal(wrapping, context, plain));
      header.put(wrapped);
    }
    header.put(sha256(header.array(), 0, BYTES - CHECKSUM_BYTES));
    return new Header(header.array());
  }

  static byte[] newId() {
    byte[] id = new byte[ID_BYTES];
    new SecureRandom().nextBytes(id);
    return id;
  }

  /**
   * The header at the beginning of {@code file}.
   *
   * @throws io.postern.spi.credential.ProviderException MISCONFIGURED when it is damaged, of a
   *     newer version, or none
   */
  static Header parse(byte[] file, Faults faults) {
    int magic = Math.min(MAGIC.length, file.length);
    if (!Arrays.equals(file, 0, magic, MAGIC, 0, magic)) {
      throw faults.notOurs();
    }
    if (file.length < MAGIC.length + 4) {
      throw faults.damaged("it has only " + file.length + " bytes, less than a header");
    }
    ByteBuffer fixed = ByteBuffer.wrap(file, MAGIC.length, 4);
    int version = Short.toUnsignedInt(fixed.getShort());
    int length = Short.toUnsignedInt(fixed.getShort());
    if (length > file.length || length < MAGIC.length + 4 + CHECKSUM_BYTES) {
      throw faults.damaged("its header says " + length + " bytes and the file has " + file.length);
    }
    int checked = length - CHECKSUM_BYTES;
    if (!Arrays.equals(sha256(file, 0, checked), 0, CHECKSUM_BYTES, file, checked, length)) {
      throw faults.damaged("the checksum of its header is wrong");
    }
    if (version != VERSION) {
      throw faults.newerVersion(version);
    }
    if (length != BYTES) {
      throw faults.damaged("a header of version 1 has " + BYTES + " bytes, this has " + length);
    }
    return new Header(Arrays.copyOf(file, BYTES));
  }

  /**
   * The file's own key; the caller closes it.
   *
   * @throws io.postern.spi.credential.ProviderException MISCONFIGURED when {@code key} is the wrong
   *     one
   */
  Secret unwrap(FileKey key, Seal seal, Faults faults, Runnable stillWanted) {
    boolean passphrase = derivation() == PASSPHRASE;
    if (derivation() != PASSPHRASE && derivation() != KEY_FILE) {
      throw faults.damaged("its key derivation " + derivation() + " is not known");
    }
    if (passphrase != key.isPassphrase()) {
      throw faults.otherKindOfKey(passphrase);
    }
    // Below the least only on purpose: a weakened header would make the passphrase easy to guess.
    if (passphrase
        && (iterations() < FileKey.LEAST_ITERATIONS || iterations() > FileKey.MOST_ITERATIONS)) {
      throw faults.damaged("its header asks for " + iterations() + " PBKDF2 iterations");
    }
    byte[] context = Arrays.copyOf(bytes, BEFORE_WRAPPED);
    byte[] wrapped = Arrays.copyOfRange(bytes, BEFORE_WRAPPED, BYTES - CHECKSUM_BYTES);
    try (Secret wrapping = key.derive(salt(), iterations(), stillWanted)) {
      Optional<ByteBuffer> fileKey = seal.open(wrapping, context, wrapped);
      return Secret.takeFrom(fileKey.orElseThrow(() -> faults.wrongKey(passphrase)));
    }
  }

  /** The random id that ties everything sealed to this file; the same for the file's life. */
  byte[] id() {
    return Arrays.copyOfRange(bytes, BEFORE_WRAPPED - ID_BYTES, BEFORE_WRAPPED);
  }

  byte[] bytes() {
    return bytes.clone();
  }

  boolean sameAs(Header other) {
    return Arrays.equals(bytes, other.bytes);
  }

  static byte[] sha256(byte[] bytes, int from, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, from, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private short derivation() {
    return ByteBuffer.wrap(bytes).getShort(MAGIC.length + 4);
  }

  private int iterations() {
    return ByteBuffer.wrap(bytes).getInt(MAGIC.length + 6);
  }

  private byte[] salt() {
    int from = MAGIC.length + 10;
    return Arrays.copyOfRange(bytes, from, from + SALT_BYTES);
  }
}
