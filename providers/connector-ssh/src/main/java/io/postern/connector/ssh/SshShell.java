package io.postern.connector.ssh;

import io.postern.spi.connector.OpensShells.ShellRequest;
import io.postern.spi.connector.ShellChannel;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import net.schmizz.sshj.transport.TransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A shell on a terminal. */
final class SshShell implements ShellChannel {
  private static final Logger log = LoggerFactory.getLogger(SshShell.class);

  private final Channels channels;
  private final SshChannel channel;
  private final InputStream output;
  private final OutputStream input;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SshShell(Channels channels, SshChannel channel) {
    this.channels = channels;
    this.channel = channel;
    this.output = ChannelStreams.reading(channel.getInputStream());
    // What is typed is wanted now, not when a packet is full.
    this.input = ChannelStreams.writing(channel.getOutputStream(), channel::isOpen, true);
  }

  static SshShell open(Channels channels, ShellRequest request) {
    return new SshShell(
        channels,
        channels.open(
            "shells",
            Channels.Size.SHELL,
            true,
            channel -> {
              channel.allocatePTY(
                  request.terminal(), request.columns(), request.rows(), 0, 0, Map.of());
              channel.startShell();
            }));
  }

  @Override
  public InputStream output() {
    return output;
  }

  @Override
  public OutputStream input() {
    return input;
  }

  @Override
  public void resize(int columns, int rows) {
    SshConnection.requireSize(columns, "columns");
    SshConnection.requireSize(rows, "rows");
    send("size", () -> channel.changeWindowDimensions(columns, rows, 0, 0));
  }

  @Override
  public void signal(String name) {
    if (!name.matches("[A-Z][A-Z0-9]{0,15}") || name.startsWith("SIG")) {
      throw new IllegalArgumentException(
          "a signal is named as in POSIX without SIG, such as INT, was '" + name + "'");
    }
    send("signal", () -> channel.signal(name));
  }

  /** Both go without an answer; to a shell that has just ended they mean nothing. */
  private void send(String what, Message message) {
    if (!channel.isOpen()) {
      return;
    }
    try {
      message.send();
    } catch (TransportException e) {
      log.debug("not sent what={} reason={}", what, e.toString());
    }
  }

  private interface Message {
    void send() throws TransportException;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      channels.close(channel);
    }
  }
}
