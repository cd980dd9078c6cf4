package io.postern.connector.ssh;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.jump.HostKey;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import org.jspecify.annotations.Nullable;

/**
 * Judges the peer during key exchange, before anything secret is sent: its host key, and whether it
 * offers strict key exchange where that is demanded. Whatever goes wrong in here is a no.
 *
 * <p>Called by sshj's reader thread; the first reason to refuse is kept for the thread that opens
 * the connection.
 */
final class PeerCheck implements HostKeyVerifier {
  private static final String STRICT = "kex-strict-s-v00@openssh.com";

  /** In front of the first list of KEXINIT: the message number and the cookie. */
  private static final int KEXINIT_HEADER = 17;

  private final String where;
  private final boolean requireStrict;
  private final Consumer<HostKey> judge;
  private volatile @Nullable HostKey accepted;
  private volatile @Nullable PosternException refusal;

  PeerCheck(String where, boolean requireStrict, Consumer<HostKey> judge) {
    this.where = where;
    this.requireStrict = requireStrict;
    this.judge = judge;
  }

  /** Why the peer was refused, if it was. */
  @Nullable PosternException refusal() {
    return refusal;
  }

  /** The host key that was accepted; null until then. */
  @Nullable HostKey accepted() {
    return accepted;
  }

  /** Looks at the peer's KEXINIT of the first key exchange. */
  void onProposal(byte[] kexInit) throws TransportException {
    // Peers offer it in the first exchange only, so later ones say nothing.
    if (!requireStrict || accepted != null || offersStrict(kexInit)) {
      return;
    }
    refusal =
        new PosternException(
            ErrorCode.ENDPOINT_PROTOCOL,
            where
                + " does not offer strict key exchange, which setting 'require-strict-kex' demands;"
                + " update its SSH server (OpenSSH 9.6 or newer), or lift the setting");
    throw new TransportException(DisconnectReason.KEY_EXCHANGE_FAILED, "no strict key exchange");
  }

  private static boolean offersStrict(byte[] kexInit) throws TransportException {
    try {
      Buffer.PlainBuffer buffer = new Buffer.PlainBuffer(kexInit);
      buffer.rpos(KEXINIT_HEADER);
      String algorithms = buffer.readString(StandardCharsets.US_ASCII);
      return Arrays.asList(algorithms.split(",", -1)).contains(STRICT);
    } catch (Buffer.BufferException e) {
      throw new TransportException(DisconnectReason.PROTOCOL_ERROR, e);
    }
  }

  @Override
  public boolean verify(String hostname, int port, PublicKey key) {
    try {
      HostKey shown =
          HostKey.of(
              KeyType.fromKey(key).toString(),
              new Buffer.PlainBuffer().putPublicKey(key).getCompactData());
      HostKey before = accepted;
      if (before == null) {
        judge.accept(shown);
        accepted = shown;
        return true;
      }
      if (before.equals(shown)) {
        return true;
      }
      refusal =
          new PosternException(
              ErrorCode.HOST_KEY_CHANGED,
              where
                  + " changed its host key within one connection, from "
                  + before
                  + " to "
                  + shown
                  + "; somebody may stand in between");
    } catch (PosternException e) {
      refusal = e;
    } catch (RuntimeException | Error e) {
      refusal =
          new PosternException(
              ErrorCode.INTERNAL,
              "the host key of " + where + " could not be judged, so it is not trusted: " + e,
              e);
    }
    return false;
  }

  /** Nothing: the order of host key algorithms is part of the proposal already. */
  @Override
  public List<String> findExistingAlgorithms(String hostname, int port) {
    return List.of();
  }
}
