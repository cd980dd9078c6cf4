package io.postern.connector.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.connection.channel.direct.SessionFactory;
import net.schmizz.sshj.sftp.FileAttributes;
import net.schmizz.sshj.sftp.PacketType;
import net.schmizz.sshj.sftp.RemoteDirectory;
import net.schmizz.sshj.sftp.Response;
import net.schmizz.sshj.sftp.SFTPEngine;
import net.schmizz.sshj.sftp.SFTPException;
import org.jspecify.annotations.Nullable;

/** sshj's SFTP with a thread of our name, on a channel of our size. */
final class SftpEngine extends SFTPEngine {
  /** A directory beyond this is an attack on our memory, or of no use to a person. */
  private static final int MOST_ENTRIES = 1_000_000;

  private final SshChannel channel;

  private SftpEngine(SshChannel channel, SessionFactory factory) throws SSHException {
    super(factory);
    this.channel = channel;
    reader.setName("postern-ssh-files");
  }

  /** Starts the subsystem on a channel that was just opened. */
  static SftpEngine start(SshChannel channel, int timeoutMillis) throws IOException {
    SftpEngine engine = new SftpEngine(channel, new Given(channel));
    engine.setTimeoutMs(timeoutMillis);
    engine.init();
    return engine;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  SshChannel channel() {
    return channel;
  }

  /** One entry of a directory. */
  record Entry(String name, FileAttributes attributes) {}

  /** All entries but {@code .} and {@code ..}; sshj's own listing knows no limit. */
  List<Entry> entries(String directory) throws IOException {
    List<Entry> entries = new ArrayList<>();
    byte[] handle =
        request(newRequest(PacketType.OPENDIR).putString(directory, StandardCharsets.UTF_8))
            .retrieve(getTimeoutMs(), TimeUnit.MILLISECONDS)
            .ensurePacketTypeIs(PacketType.HANDLE)
            .readBytes();
    try (Listing listing = new Listing(this, directory, handle)) {
      while (listing.readInto(entries)) {
        if (entries.size() > MOST_ENTRIES) {
          throw new SFTPException("the directory has more than " + MOST_ENTRIES + " entries");
        }
      }
    }
    return entries;
  }

  private static final class Listing extends RemoteDirectory {
    private final SftpEngine engine;

    Listing(SftpEngine engine, String path, byte[] handle) {
      super(engine, path, handle);
      this.engine = engine;
    }

    boolean readInto(List<Entry> entries) throws IOException {
      Response response =
          engine
              .request(newRequest(PacketType.READDIR))
              .retrieve(engine.getTimeoutMs(), TimeUnit.MILLISECONDS);
      if (response.getType() != PacketType.NAME) {
        response.ensurePacketTypeIs(PacketType.STATUS).ensureStatusIs(Response.StatusCode.EOF);
        return false;
      }
      int count = response.readUInt32AsInt();
      for (int i = 0; i < count; i++) {
        String name = response.readString(StandardCharsets.UTF_8);
        response.readString(); // the same again for people
        FileAttributes attributes = response.readFileAttributes();
        if (!name.equals(".") && !name.equals("..")) {
          entries.add(new Entry(name, attributes));
        }
      }
      return true;
    }
  }

  /** Hands sshj the channel that is open already. */
  private record Given(Session session) implements SessionFactory {
    @Override
    public Session startSession() {
      return session;
    }

    @Override
    public @Nullable InetSocketAddress getRemoteSocketAddress() {
      return null; // for a thread's name only, and we give our own
    }
  }
}
