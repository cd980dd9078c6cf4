package io.postern.connector.ssh;

import io.postern.credential.Secret;
import java.util.regex.Pattern;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;

/**
 * Answers one question for the password, once. Any other question (a second one, one for a code or
 * a new password, one whose answer would be shown) ends the log-on: the password must not become
 * the answer to something else.
 *
 * @see "RFC 4256"
 */
final class PromptMethod extends AbstractAuthMethod {
  private static final Pattern PASSWORD =
      Pattern.compile("\\bpassword\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern SOMETHING_ELSE =
      Pattern.compile(
          "\\b(new|again|retype|repeat|expired|change|one-time|otp|code|token|pin)\\b",
          Pattern.CASE_INSENSITIVE);

  private final Secret password;
  private boolean answered;

  PromptMethod(Secret password) {
    super("keyboard-interactive");
    this.password = password;
  }

  @Override
  protected SSHPacket buildReq() throws UserAuthException {
    // No language and no wish for a certain submethod.
    return super.buildReq().putString("").putString("");
  }

  @Override
  public void handle(Message message, SSHPacket packet)
      throws UserAuthException, TransportException {
    if (message != Message.USERAUTH_60) {
      super.handle(message, packet);
      return;
    }
    int questions;
    String question = "";
    boolean shown = false;
    try {
      packet.readString(); // name
      packet.readString(); // instruction
      packet.readString(); // language
      questions = packet.readUInt32AsInt();
      if (questions == 1) {
        question = packet.readString();
        shown = packet.readBoolean();
      }
    } catch (Buffer.BufferException e) {
      throw new UserAuthException("sent a question that cannot be read", e);
    }
    if (questions == 0) {
      // A mere notice, such as the last log-on; it wants an empty answer.
      params.getTransport().write(new SSHPacket(Message.USERAUTH_INFO_RESPONSE).putUInt32(0));
      return;
    }
    if (questions != 1 || shown || answered || !asksForPassword(question)) {
      throw new UserAuthException(
          questions == 1
              ? "asks '" + Failures.printable(question) + "', to which a password is no answer"
              : "asks " + questions + " questions at once, to which a password is no answer");
    }
    answered = true;
    SSHPacket answer = new SSHPacket(Message.USERAUTH_INFO_RESPONSE).putUInt32(1);
    SecretPackets.send(params.getTransport(), answer, password);
  }

  static boolean asksForPassword(String question) {
    return PASSWORD.matcher(question).find() && !SOMETHING_ELSE.matcher(question).find();
  }
}
