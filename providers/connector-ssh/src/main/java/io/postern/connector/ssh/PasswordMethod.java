package io.postern.connector.ssh;

import io.postern.credential.Secret;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;

/**
 * Sends the password once.
 *
 * @see "RFC 4252 section 8"
 */
final class PasswordMethod extends AbstractAuthMethod {
  private final Secret password;

  PasswordMethod(Secret password) {
    super("password");
    this.password = password;
  }

  @Override
  public void request() throws UserAuthException, TransportException {
    SSHPacket packet = buildReq().putBoolean(false);
    SecretPackets.send(params.getTransport(), packet, password);
  }

  @Override
  public void handle(Message message, SSHPacket packet)
      throws UserAuthException, TransportException {
    if (message == Message.USERAUTH_60) {
      throw new UserAuthException("the password has expired and must be changed first");
    }
    super.handle(message, packet);
  }
}
