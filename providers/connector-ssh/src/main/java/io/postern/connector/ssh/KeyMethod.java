package io.postern.connector.ssh;

import java.util.Iterator;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;

/**
 * Signs with a private key, at once: asking first whether the endpoint likes the public key would
 * cost a round trip and keep the private key in memory for longer. sshj's own method wants key
 * objects of the Java platform, which cannot be wiped.
 *
 * @see "RFC 4252 section 7, RFC 8332"
 */
final class KeyMethod extends AbstractAuthMethod {
  private final LogOnKey key;
  private final Iterator<String> algorithms;

  KeyMethod(LogOnKey key) {
    super("publickey");
    this.key = key;
    this.algorithms = key.algorithms().iterator();
  }

  @Override
  public void request() throws UserAuthException, TransportException {
    String algorithm = algorithms.next();
    SSHPacket packet = buildReq().putBoolean(true).putString(algorithm).putString(key.publicKey());
    byte[] signed =
        new Buffer.PlainBuffer()
            .putString(params.getTransport().getSessionID())
            .putBuffer(packet)
            .getCompactData();
    packet.putSignature(key.signedBy(algorithm), key.sign(algorithm, signed));
    params.getTransport().write(packet);
  }

  /** The same RSA key with the other hash; no other kind of key is tried twice. */
  @Override
  public boolean shouldRetry() {
    return algorithms.hasNext();
  }
}
