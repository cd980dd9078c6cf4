package io.postern.credential.file;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM under keys made for one seal each, with the plain bytes outside the heap on both
 * sides.
 *
 * <p>The JDK's GCM moves direct buffers through heap arrays that nobody wipes: after a decryption
 * from one direct buffer into another the plain text lies in the heap. So JCE never sees plain
 * text: it seals the text masked by a second key stream, and the mask is put on and taken off here,
 * byte by byte, outside the heap. The record on this is {@code
 * docs/decisions/0100-secrets-past-jce.md}.
 *
 * <p>A seal is 32 random bytes, from which and the root key its own keys are derived, followed by
 * what GCM made of it. The context is authenticated and not stored.
 */
final class Seal {
  /** How much longer a seal is than what it holds. */
  static final int OVERHEAD_BYTES = 32 + 16;

  private static final int SALT_BYTES = 32;
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final byte CIPHER = 1;
  private static final byte MASK = 2;

  private final SecureRandom random = new SecureRandom();

  /** Seals what remains in {@code plain}, which is read and left as it is. */
  byte[] seal(Secret root, byte[] context, ByteBuffer plain) {
    byte[] sealed = new byte[plain.remaining() + OVERHEAD_BYTES];
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] masked = new byte[plain.remaining()];
    mask(root, context, salt, plain.duplicate(), ByteBuffer.wrap(masked));
    System.arraycopy(salt, 0, sealed, 0, SALT_BYTES);
    try {
      gcm(Cipher.ENCRYPT_MODE, root, context, salt, masked, 0, masked.length, sealed, SALT_BYTES);
    } catch (AEADBadTagException e) {
      throw new IllegalStateException("sealing checks no tag", e);
    }
    return sealed;
  }

  /**
   * What was sealed, in a direct buffer that the caller wipes; nothing when the key is another, or
   * the seal or its context was changed.
   */
  Optional<ByteBuffer> open(Secret root, byte[] context, byte[] sealed) {
    if (sealed.length < OVERHEAD_BYTES) {
      return Optional.empty();
    }
    byte[] salt = Arrays.copyOf(sealed, SALT_BYTES);
    byte[] masked = new byte[sealed.length - OVERHEAD_BYTES];
    try {
      gcm(
          Cipher.DECRYPT_MODE,
          root,
          context,
          salt,
          sealed,
          SALT_BYTES,
          sealed.length - SALT_BYTES,
          masked,
          0);
    } catch (AEADBadTagException e) {
      return Optional.empty();
    }
    ByteBuffer plain = ByteBuffer.allocateDirect(masked.length);
    mask(root, context, salt, ByteBuffer.wrap(masked), plain);
    return Optional.of(plain.flip());
  }

  private static void gcm(
      int mode,
      Secret root,
      byte[] context,
      byte[] salt,
      byte[] in,
      int inOffset,
      int inLength,
      byte[] out,
      int outOffset)
      throws AEADBadTagException {
    byte[] derived = derive(root, CIPHER, context, salt);
    BorrowedKey key = new BorrowedKey("AES", Arrays.copyOf(derived, KEY_BYTES));
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      // The key is used for this one seal, so its nonce may come from where the key came from.
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, derived, KEY_BYTES, NONCE_BYTES));
      cipher.updateAAD(context);
      cipher.doFinal(in, inOffset, inLength, out, outOffset);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform cannot do AES-256-GCM", e);
    } finally {
      Arrays.fill(derived, (byte) 0);
      key.destroy();
    }
  }

  private static void mask(
      Secret root, byte[] context, byte[] salt, ByteBuffer from, ByteBuffer to) {
    try (KeyedHash stream = new KeyedHash(derive(root, MASK, context, salt))) {
      for (int block = 0; from.hasRemaining(); block++) {
        byte[] mask = stream.update(block).finish();
        for (int i = 0; i < mask.length && from.hasRemaining(); i++) {
          to.put((byte) (from.get() ^ mask[i]));
        }
        Arrays.fill(mask, (byte) 0);
      }
    }
  }

  private static byte[] derive(Secret root, byte purpose, byte[] context, byte[] salt) {
    byte[] key = new byte[root.length()];
    root.use(bytes -> bytes.get(key));
    try (KeyedHash hash = new KeyedHash(key)) {
      // Purpose and salt have fixed lengths, so that no two contexts read the same.
      return hash.update(new byte[] {purpose}).update(salt).update(context).finish();
    }
  }
}
