package io.postern.connector.ssh;

import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.transport.cipher.Cipher;
import org.bouncycastle.crypto.engines.ChaChaEngine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.util.Arrays;

/**
 * {@code chacha20-poly1305@openssh.com}. sshj has it too, but finds ChaCha20 only where Bouncy
 * Castle is a registered provider, which we do not do to our host.
 *
 * @see "OpenSSH, PROTOCOL.chacha20poly1305"
 */
final class ChaChaPoly implements Cipher {
  private static final int KEY_BYTES = 32;
  private static final int TAG_BYTES = 16;

  /** ChaCha20 works in blocks of this size; the first one of a packet makes the Poly1305 key. */
  private static final int BLOCK_BYTES = 64;

  private static final int LENGTH_BYTES = 4;

  private final ChaChaEngine body = new ChaChaEngine();
  private final ChaChaEngine length = new ChaChaEngine();
  private final Poly1305 mac = new Poly1305();
  private final byte[] encryptedLength = new byte[LENGTH_BYTES];
  private KeyParameter bodyKey = new KeyParameter(new byte[KEY_BYTES]);
  private KeyParameter lengthKey = bodyKey;
  private Mode mode = Mode.Encrypt;

  static final class Named implements Factory.Named<Cipher> {
    @Override
    public String getName() {
      return "chacha20-poly1305@openssh.com";
    }

    @Override
    public Cipher create() {
      return new ChaChaPoly();
    }
  }

  /** To sshj this is the size of the key, which here is two keys. */
  @Override
  public int getBlockSize() {
    return 2 * KEY_BYTES;
  }

  @Override
  public int getIVSize() {
    return 0;
  }

  @Override
  public int getAuthenticationTagSize() {
    return TAG_BYTES;
  }

  @Override
  public void init(Mode mode, byte[] key, byte[] iv) {
    this.mode = mode;
    bodyKey = new KeyParameter(key, 0, KEY_BYTES);
    lengthKey = new KeyParameter(key, KEY_BYTES, KEY_BYTES);
  }

  /** The packet's number is the nonce. */
  @Override
  public void setSequenceNumber(long number) {
    byte[] nonce = new byte[Long.BYTES];
    for (int i = 0; i < nonce.length; i++) {
      nonce[i] = (byte) (number >>> (Byte.SIZE * (nonce.length - 1 - i)));
    }
    length.init(true, new ParametersWithIV(lengthKey, nonce));
    body.init(true, new ParametersWithIV(bodyKey, nonce));
    byte[] firstBlock = new byte[BLOCK_BYTES];
    body.processBytes(firstBlock, 0, BLOCK_BYTES, firstBlock, 0);
    mac.init(new KeyParameter(firstBlock, 0, KEY_BYTES));
    Arrays.fill(firstBlock, (byte) 0);
  }

  @Override
  public void updateAAD(byte[] data, int offset, int count) {
    if (mode == Mode.Decrypt) {
      System.arraycopy(data, offset, encryptedLength, 0, LENGTH_BYTES);
    }
    length.processBytes(data, offset, LENGTH_BYTES, data, offset);
    if (mode == Mode.Encrypt) {
      System.arraycopy(data, offset, encryptedLength, 0, LENGTH_BYTES);
    }
  }

  @Override
  public void updateAAD(byte[] data) {
    updateAAD(data, 0, LENGTH_BYTES);
  }

  @Override
  public void updateWithAAD(byte[] data, int offset, int lengthBytes, int count) {
    updateAAD(data, offset, lengthBytes);
    update(data, offset + lengthBytes, count);
  }

  @Override
  public void update(byte[] data, int offset, int count) {
    byte[] tag = new byte[TAG_BYTES];
    if (mode == Mode.Encrypt) {
      body.processBytes(data, offset, count, data, offset);
      sign(data, offset, count, tag);
      System.arraycopy(tag, 0, data, offset + count, TAG_BYTES);
      return;
    }
    sign(data, offset, count, tag);
    if (!Arrays.constantTimeAreEqual(TAG_BYTES, tag, 0, data, offset + count)) {
      throw new SSHRuntimeException("a packet's authentication code is wrong");
    }
    body.processBytes(data, offset, count, data, offset);
  }

  private void sign(byte[] data, int offset, int count, byte[] tag) {
    mac.update(encryptedLength, 0, LENGTH_BYTES);
    mac.update(data, offset, count);
    mac.doFinal(tag, 0);
  }
}
