package io.postern.connector.ssh;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.ConnectionImpl;
import net.schmizz.sshj.connection.channel.ChannelInputStream;
import net.schmizz.sshj.connection.channel.direct.SessionChannel;
import net.schmizz.sshj.transport.TransportException;

/**
 * sshj's session channel, with any signal, with both outputs merged where that is wanted, and with
 * an end that neither waits for others nor hurts them.
 *
 * <p>Two faults of sshj are mended here. Data for a stream that was closed breaks the whole
 * connection. And a thread that waits for room in the endpoint's window holds the lock that ending
 * the channel needs, so one command that reads no input stops the reader of all channels; therefore
 * every end begins with {@link #letWritersGo()}.
 */
final class SshChannel extends SessionChannel {
  private static final int ERRORS = 1;

  /** How long a command may take to end once its output has. */
  private static final int ENDING_SECONDS = 5;

  private final boolean mergeErrors;
  private final Object receiving = new Object();
  private boolean deaf;
  private volatile boolean ended;

  SshChannel(ConnectionImpl connection, boolean mergeErrors) {
    super(connection, StandardCharsets.UTF_8);
    this.mergeErrors = mergeErrors;
  }

  /** sshj knows only the signals of the standard. */
  void signal(String name) throws TransportException {
    sendChannelRequest("signal", false, new Buffer.PlainBuffer().putString(name));
  }

  /** Waits for the end a few seconds at most. */
  void awaitEnd() {
    try {
      join(ENDING_SECONDS, TimeUnit.SECONDS);
    } catch (ConnectionException e) {
      // Then there is no exit status, which says it all.
    }
  }

  /**
   * Ends all streams at once and drops what still comes. The endpoint may well send for a while,
   * and OpenSSH closes a channel only when its command has ended, which may be never.
   */
  void deafen() {
    letWritersGo();
    synchronized (receiving) {
      deaf = true;
      eofInputStreams();
    }
  }

  /** Tells the endpoint, without waiting for it to do the same. */
  void hangUp() throws TransportException {
    if (super.isOpen()) {
      sendClose();
    }
  }

  @Override
  public boolean isOpen() {
    return !ended && super.isOpen();
  }

  @Override
  public void notifyError(SSHException error) {
    letWritersGo();
    super.notifyError(error);
  }

  @Override
  protected void closeAllStreams() {
    letWritersGo();
    super.closeAllStreams();
  }

  /** Makes room that is not there; who waits for it wakes up and finds the channel closed. */
  private void letWritersGo() {
    ended = true;
    if (rwin != null) {
      rwin.expand(Integer.MAX_VALUE);
    }
  }

  @Override
  protected void receiveInto(ChannelInputStream stream, SSHPacket packet) throws SSHException {
    synchronized (receiving) {
      if (!deaf) {
        super.receiveInto(stream, packet);
      }
    }
  }

  /**
   * A terminal has one output. Where a server sends errors apart in spite of that, nobody would
   * read them, and they would use up the window.
   */
  @Override
  protected void gotExtendedData(SSHPacket packet) throws SSHException {
    if (!mergeErrors) {
      super.gotExtendedData(packet);
    } else if (packet.readUInt32AsInt() == ERRORS) {
      receiveInto((ChannelInputStream) getInputStream(), packet);
    }
  }
}
