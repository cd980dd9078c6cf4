package io.postern.core.fake;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.jump.HostKey;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.connector.CommandChannel;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.ConnectorFactory;
import io.postern.spi.connector.Endpoint;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * An endpoint that is reached by method {@code loop}: commands answer with their own text, shells
 * echo what is typed, and each connection has files of its own. It lets in whoever comes with the
 * password it was told, or with any when it was told none.
 */
public final class LoopEndpoint implements ConnectorFactory {
  private static final HostKey KEY = HostKey.of("ssh-ed25519", new byte[] {1, 2, 3, 4});

  private final List<Live> live = new CopyOnWriteArrayList<>();
  private final AtomicInteger tries = new AtomicInteger();
  private volatile HostKey key = KEY;
  private volatile String password = "";
  private volatile Supplier<List<String>> missing = List::of;
  private volatile Runnable onRefusal = () -> {};
  private volatile Runnable onClose = () -> {};

  /** Lets in only who comes with this password. */
  public void password(String only) {
    password = only;
  }

  /** Has the connector say that these things are missing before it can connect. */
  public void lacks(String... things) {
    missing = () -> List.of(things);
  }

  /** Has the connector break when it is asked what it needs. */
  public void breaksWith(RuntimeException fault) {
    missing =
        () -> {
          throw fault;
        };
  }

  /** What happens when it refuses somebody, before they are told. */
  public void onRefusal(Runnable action) {
    onRefusal = action;
  }

  /** What happens when somebody closes a connection, before it is closed. */
  public void onClose(Runnable action) {
    onClose = action;
  }

  public void hostKey(HostKey other) {
    key = other;
  }

  public HostKey hostKey() {
    return key;
  }

  /** How often somebody tried to log on. */
  public int tries() {
    return tries.get();
  }

  /** How many connections stand. */
  public int connections() {
    return (int) live.stream().filter(Live::isOpen).count();
  }

  /** Drops every connection, as a broken line does. */
  public void drop() {
    live.forEach(Live::close);
  }

  /** The same endpoint for items of method {@code keyless}, whose hosts have no keys. */
  public ConnectorFactory keyless() {
    return new ConnectorFactory() {
      @Override
      public PluginIdentity identity() {
        return PluginIdentity.of("keyless", "1");
      }

      @Override
      public List<Setting<?>> settings() {
        return List.of();
      }

      @Override
      public Connector create(Settings settings, PluginContext context) {
        return new KeylessConnector();
      }
    };
  }

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("loop", "1");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Connector create(Settings settings, PluginContext context) {
    return new LoopConnector();
  }

  private class KeylessConnector implements Connector {
    @Override
    public Set<CredentialKind> accepts() {
      return Set.of(CredentialKind.PASSWORD);
    }

    @Override
    public List<String> missing(Endpoint endpoint) {
      return missing.get();
    }

    @Override
    public EndpointConnection open(OpenRequest request) {
      tries.incrementAndGet();
      Credential.Password given = (Credential.Password) request.credential();
      boolean right =
          password.isEmpty()
              || given
                  .password()
                  .use(
                      bytes -> {
                        byte[] text = new byte[bytes.remaining()];
                        bytes.get(text);
                        return new String(text, StandardCharsets.UTF_8).equals(password);
                      });
      if (!right) {
        onRefusal.run();
        throw new PosternException(ErrorCode.LOGON_REFUSED, "the loop refuses " + given.username());
      }
      Live connection = new Live();
      live.add(connection);
      return connection;
    }

    @Override
    public void close() {
      drop();
    }
  }

  private final class LoopConnector extends KeylessConnector implements ShowsHostKeys {
    @Override
    public EndpointConnection open(OpenRequest request) {
      request.hostKeys().verify(key);
      return super.open(request);
    }

    @Override
    public HostKey showHostKey(ShowHostKeyRequest request) {
      return key;
    }
  }

  private final class Live extends LoopFiles
      implements EndpointConnection, RunsCommands, OpensShells {
    private final List<Runnable> whenClosed = new ArrayList<>();
    private final List<LoopShell> shells = new CopyOnWriteArrayList<>();
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
      onClose.run();
      List<Runnable> actions;
      synchronized (this) {
        if (!open) {
          return;
        }
        open = false;
        actions = List.copyOf(whenClosed);
      }
      shells.forEach(LoopShell::close);
      actions.forEach(Runnable::run);
    }

    @Override
    public CommandChannel start(CommandRequest request) {
      return new CommandChannel() {
        @Override
        public InputStream output() {
          return new ByteArrayInputStream((request.line() + "\n").getBytes(StandardCharsets.UTF_8));
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
      LoopShell shell = new LoopShell();
      shells.add(shell);
      return shell;
    }
  }

  private static final class LoopShell implements ShellChannel {
    private final PipedInputStream output = new PipedInputStream(1 << 16);
    private final PipedOutputStream input = new PipedOutputStream();
    private volatile boolean open = true;

    LoopShell() {
      try {
        input.connect(output);
      } catch (IOException e) {
        throw new IllegalStateException(e);
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
        throw new IllegalStateException(e);
      }
    }
  }
}
