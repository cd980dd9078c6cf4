package io.postern.connector.ssh;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.signature.Signature;
import net.schmizz.sshj.transport.Transport;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.transport.digest.Digest;
import net.schmizz.sshj.transport.digest.SHA256;
import net.schmizz.sshj.transport.digest.SHA384;
import net.schmizz.sshj.transport.digest.SHA512;
import net.schmizz.sshj.transport.kex.KeyExchange;

/**
 * Key exchange on an elliptic curve. sshj's own reads ECDSA host keys only with Bouncy Castle as a
 * registered provider, takes a host key of another kind than was agreed on, and shows nobody what
 * the peer proposed.
 *
 * @see "RFC 8731 (curve25519), RFC 5656 (ecdh)"
 */
final class CurveExchange implements KeyExchange {
  private final Agreement agreement;
  private final Digest digest;
  private final PeerCheck check;
  private Buffer.PlainBuffer transcript = new Buffer.PlainBuffer();
  private byte[] hash = {};
  private BigInteger shared = BigInteger.ZERO;
  private Transport transport;
  private PublicKey hostKey;

  @SuppressWarnings("NullAway.Init") // sshj calls init before all else
  private CurveExchange(Agreement agreement, Digest digest, PeerCheck check) {
    this.agreement = agreement;
    this.digest = digest;
    this.check = check;
  }

  /** The exchanges we offer, best first. */
  static List<Factory.Named<KeyExchange>> offered(PeerCheck check) {
    return List.of(
        new Named("curve25519-sha256", check),
        new Named("curve25519-sha256@libssh.org", check),
        new Named("ecdh-sha2-nistp256", check),
        new Named("ecdh-sha2-nistp384", check),
        new Named("ecdh-sha2-nistp521", check));
  }

  private record Named(String name, PeerCheck check) implements Factory.Named<KeyExchange> {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public KeyExchange create() {
      String curve = name.substring(name.lastIndexOf('-') + 1);
      return switch (curve) {
        case "nistp256" -> new CurveExchange(Agreement.nist(curve), new SHA256(), check);
        case "nistp384" -> new CurveExchange(Agreement.nist(curve), new SHA384(), check);
        case "nistp521" -> new CurveExchange(Agreement.nist(curve), new SHA512(), check);
        default -> new CurveExchange(Agreement.x25519(), new SHA256(), check);
      };
    }
  }

  @Override
  public void init(
      Transport transport,
      String serverId,
      String clientId,
      byte[] serverProposal,
      byte[] clientProposal)
      throws GeneralSecurityException, TransportException {
    check.onProposal(serverProposal);
    this.transport = transport;
    digest.init();
    transcript =
        new Buffer.PlainBuffer()
            .putString(clientId)
            .putString(serverId)
            .putString(clientProposal)
            .putString(serverProposal);
    transport.write(new SSHPacket(Message.KEXDH_INIT).putBytes(agreement.ours()));
  }

  @Override
  public boolean next(Message message, SSHPacket packet)
      throws GeneralSecurityException, TransportException {
    if (message != Message.KEXDH_31) {
      throw failed("an unexpected message, " + message);
    }
    byte[] shown;
    byte[] theirs;
    byte[] signature;
    try {
      shown = packet.readBytes();
      theirs = packet.readBytes();
      signature = packet.readBytes();
      hostKey = readHostKey(shown);
    } catch (Buffer.BufferException e) {
      throw new TransportException(DisconnectReason.KEY_EXCHANGE_FAILED, e);
    }
    shared = agreement.with(theirs);
    transcript.putString(shown).putBytes(agreement.ours()).putBytes(theirs).putMPInt(shared);
    digest.update(transcript.array(), transcript.rpos(), transcript.available());
    hash = digest.digest();
    Signature verifier = transport.getHostKeyAlgorithm().newSignature();
    verifier.initVerify(hostKey);
    verifier.update(hash, 0, hash.length);
    if (!verifier.verify(signature)) {
      throw failed("a signature that its host key did not make");
    }
    return true;
  }

  private PublicKey readHostKey(byte[] shown)
      throws Buffer.BufferException, GeneralSecurityException, TransportException {
    String agreed = transport.getHostKeyAlgorithm().getKeyAlgorithm();
    String expected = agreed.startsWith("rsa-sha2-") ? "ssh-rsa" : agreed;
    Buffer.PlainBuffer in = new Buffer.PlainBuffer(shown);
    String type = in.readString(StandardCharsets.US_ASCII);
    if (!type.equals(expected)) {
      throw failed("a host key of type " + Failures.printable(type) + " instead of " + expected);
    }
    if (!type.startsWith("ecdsa-")) {
      return new Buffer.PlainBuffer(shown).readPublicKey();
    }
    String curve = in.readString(StandardCharsets.US_ASCII);
    if (!type.endsWith(curve)) {
      throw failed("a host key on another curve than it says");
    }
    return Agreement.nistPublicKey(curve, in.readBytes());
  }

  private static TransportException failed(String what) {
    return new TransportException(
        DisconnectReason.KEY_EXCHANGE_FAILED, "the endpoint showed " + what);
  }

  @Override
  public byte[] getH() {
    return hash.clone();
  }

  @Override
  public BigInteger getK() {
    return shared;
  }

  @Override
  public Digest getHash() {
    return digest;
  }

  @Override
  public PublicKey getHostKey() {
    return hostKey;
  }
}
