package io.postern.credential.file;

import io.postern.credential.Secret;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One secret as it lies in the file. Immutable.
 *
 * <p>Its seal names the file, the entry, the part and the generation, so that it opens nowhere
 * else: two that changed places, or one from an older copy of the file, are tampering.
 */
final class SealedSecret {
  /** Which secret of an entry. */
  enum Part {
    /** The password or the private key. */
    MAIN(1),
    /** The passphrase of the private key. */
    PASSPHRASE(2);

    /** Part of the format. */
    private final int code;

    Part(int code) {
      this.code = code;
    }
  }

  private final long generation;
  private final byte[] bytes;

  SealedSecret(long generation, byte[] bytes) {
    this.generation = generation;
    this.bytes = bytes;
  }

  /** Seals a secret, which stays the caller's. {@code generation} is used for one secret only. */
  static SealedSecret seal(
      Secret secret, Part part, String entry, long generation, Unlocked unlocked, Seal seal) {
    byte[] context = context(unlocked.header(), entry, part, generation);
    return new SealedSecret(
        generation, secret.use(plain -> seal.seal(unlocked.fileKey(), context, plain)));
  }

  /** The secret; the caller closes it. */
  Secret open(Part part, String entry, Unlocked unlocked, Seal seal, Faults faults) {
    byte[] context = context(unlocked.header(), entry, part, generation);
    ByteBuffer plain =
        seal.open(unlocked.fileKey(), context, bytes)
            .orElseThrow(() -> faults.damaged("the secret of '" + entry + "' does not open"));
    return Secret.takeFrom(plain);
  }

  /** The revision of the file in which it came. */
  long generation() {
    return generation;
  }

  /** Not a copy: nobody changes it. */
  byte[] bytes() {
    return bytes;
  }

  private static byte[] context(Header header, String entry, Part part, long generation) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeBytes("secret");
      out.write(header.id());
      out.writeByte(part.code);
      out.writeLong(generation);
      out.write(entry.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array takes everything", e);
    }
    return bytes.toByteArray();
  }
}
