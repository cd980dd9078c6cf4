package io.postern.core.credential;

import io.postern.core.plugin.Plugins;
import io.postern.credential.CredentialLimits;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A manager of several nodes on loopback, each of which answers one byte with another. Lies in the
 * core's package, on the class path, because nothing of this is for anybody else to see.
 */
public final class FailoverCalls implements AutoCloseable {
  private static final Setting<Integer> PORT =
      Setting.number("port", 1, 65_535, "where it is").required();

  private final CredentialManagers managers;
  private final NamedProvider manager;

  /** A manager with a member for each port. */
  public FailoverCalls(int... ports) {
    Settings[] members =
        IntStream.of(ports).mapToObj(port -> Settings.with("port", port)).toArray(Settings[]::new);
    managers =
        CredentialManagers.open(
            List.of(ManagerConfiguration.byHand("site", new Nodes(), members)),
            Plugins.on(FailoverCalls.class.getClassLoader()),
            Clock.systemUTC(),
            CredentialLimits.standard());
    manager = managers.find("site").orElseThrow();
  }

  /** One read through the core. */
  public int call() {
    return manager.calls().read("find", Node.class, (node, deadline) -> ask(node.port())).await();
  }

  /** One call of a node as a plug-in makes it, with nothing around it. */
  public static int ask(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(1);
      int answer = socket.getInputStream().read();
      if (answer < 0) {
        throw new IOException("no answer");
      }
      return answer;
    } catch (IOException e) {
      throw ProviderException.withoutEffect(Failure.UNAVAILABLE, "lost", "", e);
    }
  }

  /** A node that answers until it is closed. */
  public static ServerSocket node() throws IOException {
    ServerSocket node = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              while (!node.isClosed()) {
                try (Socket client = node.accept()) {
                  client.setTcpNoDelay(true);
                  client.getOutputStream().write(client.getInputStream().read() + 1);
                } catch (IOException e) {
                  // The node is lost, or a client is.
                }
              }
            },
            "node");
    thread.setDaemon(true);
    thread.start();
    return node;
  }

  @Override
  public void close() {
    managers.close();
  }

  private record Node(int port) implements CredentialProvider {
    @Override
    public Health health(HealthCheck check) {
      return Health.up("");
    }

    @Override
    public List<FoundCredential> find(FindRequest request) {
      return List.of();
    }

    @Override
    public Lent resolve(ResolveRequest request) {
      throw ProviderException.withoutEffect(
          ProviderException.Failure.NOT_FOUND, "it has no credential", "", null);
    }

    @Override
    public void release(ReleaseRequest request) {}

    @Override
    public void close() {}
  }

  private static final class Nodes implements CredentialProviderFactory {
    @Override
    public PluginIdentity identity() {
      return PluginIdentity.of("nodes", "1");
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(PORT);
    }

    @Override
    public CredentialProvider create(Settings settings, PluginContext context) {
      return new Node(settings.get(PORT));
    }
  }
}
