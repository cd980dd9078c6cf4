package io.postern.connector.ssh;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.Transport;
import net.schmizz.sshj.transport.TransportException;

/**
 * Packets with a secret in them. sshj's own methods take a {@code char[]} and let the packet's
 * array grow with the secret in it, which leaves copies behind; here the secret goes from outside
 * the heap straight into an array that is large enough and is wiped at once.
 */
final class SecretPackets {
  /** More than any cipher adds: header, padding, authentication code. */
  private static final int ROOM_FOR_ENCRYPTION = 256;

  private SecretPackets() {}

  /** Sends {@code packet} with {@code secret} as its last field, and wipes it. */
  static void send(Transport transport, SSHPacket packet, Secret secret) throws TransportException {
    packet.ensureCapacity(Integer.BYTES + secret.length() + ROOM_FOR_ENCRYPTION);
    try {
      packet.putUInt32(secret.length());
      secret.use(bytes -> append(packet, bytes));
      transport.write(packet);
    } finally {
      Arrays.fill(packet.array(), (byte) 0);
    }
  }

  private static boolean append(SSHPacket packet, ByteBuffer bytes) {
    int at = packet.wpos();
    int count = bytes.remaining();
    packet.wpos(at + count);
    bytes.get(packet.array(), at, count);
    return true;
  }
}
