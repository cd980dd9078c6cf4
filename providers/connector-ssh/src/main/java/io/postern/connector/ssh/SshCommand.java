package io.postern.connector.ssh;

import io.postern.spi.connector.CommandChannel;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import net.schmizz.sshj.transport.TransportException;

/** A command in a channel of its own, without a terminal. */
final class SshCommand implements CommandChannel {
  private final Channels channels;
  private final SshChannel channel;
  private final InputStream output;
  private final InputStream errors;
  private final OutputStream input;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SshCommand(Channels channels, SshChannel channel) {
    this.channels = channels;
    this.channel = channel;
    this.output = ChannelStreams.reading(channel.getInputStream());
    this.errors = ChannelStreams.reading(channel.getErrorStream());
    this.input = ChannelStreams.writing(channel.getOutputStream(), channel::isOpen, false);
  }

  static SshCommand start(Channels channels, String commandLine) {
    return new SshCommand(
        channels,
        channels.open(
            "commands", Channels.Size.COMMAND, false, channel -> channel.exec(commandLine)));
  }

  @Override
  public InputStream output() {
    return output;
  }

  @Override
  public InputStream errors() {
    return errors;
  }

  @Override
  public OutputStream input() {
    return input;
  }

  @Override
  public OptionalInt exitStatus() {
    // The status comes between the end of the output and the end of the channel.
    channel.awaitEnd();
    Integer status = channel.getExitStatus();
    return status == null ? OptionalInt.empty() : OptionalInt.of(status);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (channel.isOpen()) {
      try {
        // Without a terminal, closing the channel alone would let the command go on.
        channel.signal("TERM");
      } catch (TransportException e) {
        // Then it ends with the connection.
      }
    }
    channels.close(channel);
  }
}
