package io.postern.proofs.kill;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.credential.CredentialKind;
import io.postern.jump.HostKey;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.connector.CommandChannel;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.ConnectorFactory;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.OpensShells;
import io.postern.spi.connector.RunsCommands;
import io.postern.spi.connector.ShellChannel;
import io.postern.spi.connector.ShowsHostKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Endpoints in memory: commands answer with their own text, shells echo what is typed. */
final class MemoryEndpoint implements ConnectorFactory {
  static final HostKey KEY = HostKey.of("ssh-ed25519", new byte[] {1, 2, 3, 4});

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("memory", "1");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Connector create(Settings settings, PluginContext context) {
    return new MemoryConnector();
  }

  private static final class MemoryConnector implements Connector, ShowsHostKeys {
    @Override
    public Set<CredentialKind> accepts() {
      return Set.of(CredentialKind.PASSWORD);
    }

    @Override
    public EndpointConnection open(OpenRequest request) {
      request.hostKeys().verify(KEY);
      return new Live();
    }

    @Override
    public HostKey showHostKey(ShowHostKeyRequest request) {
      return KEY;
    }

    @Override
    public void close() {}
  }

  private static final class Live implements EndpointConnection, RunsCommands, OpensShells {
    private final List<Runnable> whenClosed = new ArrayList<>();
    private final List<Echo> shells = new CopyOnWriteArrayList<>();
    private boolean open = true;

    @Override
    public synchronized boolean isOpen() {
      return open;
    }

    @Override
    public void whenClosed(Runnable action) {
      synchronized (this) {
        if (open) {
          whenClosed.add(action);
          return;
        }
      }
      action.run();
    }

    @Override
    public void close() {
      List<Runnable> actions;
      synchronized (this) {
        if (!open) {
          return;
        }
        open = false;
        actions = List.copyOf(whenClosed);
      }
      shells.forEach(Echo::close);
      actions.forEach(Runnable::run);
    }

    @Override
    public CommandChannel start(CommandRequest request) {
      return new CommandChannel() {
        @Override
        public InputStream output() {
          return new ByteArrayInputStream((request.line() + "\n").getBytes(UTF_8));
        }

        @Override
        public InputStream errors() {
          return InputStream.nullInputStream();
        }

        @Override
        public OutputStream input() {
          return OutputStream.nullOutputStream();
        }

        @Override
        public OptionalInt exitStatus() {
          return OptionalInt.of(0);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public ShellChannel openShell(ShellRequest request) {
      Echo shell = new Echo();
      shells.add(shell);
      return shell;
    }
  }

  private static final class Echo implements ShellChannel {
    private final PipedInputStream output = new PipedInputStream(1 << 16);
    private final PipedOutputStream input = new PipedOutputStream();
    private volatile boolean open = true;

    Echo() {
      try {
        input.connect(output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
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
    public void resize(int columns, int rows) {}

    @Override
    public void signal(String name) {}

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
      try {
        input.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
