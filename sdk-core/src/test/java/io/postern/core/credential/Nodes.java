package io.postern.core.credential;

import static java.util.Objects.requireNonNull;

import io.postern.credential.Secret;
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
import io.postern.spi.credential.HearsOfSessions;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A plug-in whose instances are nodes of one store, each of which can be broken on its own. */
final class Nodes implements CredentialProviderFactory {
  private static final Setting<String> NODE = Setting.text("node", "which node").required();
  private static final Setting<Secret> TOKEN = Setting.secret("token", "what opens it");

  /** What was asked of whom, such as {@code a find}, in order. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** The node of each instance that was closed. */
  final List<String> closed = new CopyOnWriteArrayList<>();

  final LedgerVault ledger = new LedgerVault();
  private final Map<String, Runnable> behaviour = new ConcurrentHashMap<>();
  private final Map<String, Health> health = new ConcurrentHashMap<>();
  private final CountDownLatch freed = new CountDownLatch(1);

  static Settings node(String name) {
    return Settings.with("node", name);
  }

  static Settings node(String name, Secret token) {
    return node(name).and("token", token);
  }

  /** What a node does whenever it is called, after that was written down. */
  Nodes does(String node, Runnable what) {
    behaviour.put(node, what);
    return this;
  }

  Nodes fails(String node, Failure failure, boolean withoutEffect) {
    return does(
        node,
        () -> {
          throw withoutEffect
              ? ProviderException.withoutEffect(failure, "fails", "log", null)
              : ProviderException.effectUnknown(failure, "fails", "log", null);
        });
  }

  Nodes hangs(String node) {
    return does(
        node,
        () -> {
          try {
            freed.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** Hangs whatever is done to its thread. */
  Nodes hangsDeaf(String node) {
    return does(
        node,
        () -> {
          boolean open = false;
          while (!open) {
            try {
              open = freed.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              // Deaf.
            }
          }
        });
  }

  Nodes says(String node, Health answer) {
    health.put(node, answer);
    return this;
  }

  Nodes heals(String node) {
    behaviour.remove(node);
    health.remove(node);
    return this;
  }

  /** Lets go of whatever hangs. */
  void free() {
    freed.countDown();
  }

  long count(String what) {
    return asked.stream().filter(what::equals).count();
  }

  /** One node; {@link #act} stands for any call. */
  class Node implements CredentialProvider {
    final String name;

    Node(String name) {
      this.name = name;
    }

    String act(String what) {
      asked.add(name + " " + what);
      behaviour.getOrDefault(name, () -> {}).run();
      return name;
    }

    @Override
    public Health health(HealthCheck check) {
      act("health");
      return health.getOrDefault(name, Health.up(name));
    }

    @Override
    public List<FoundCredential> find(FindRequest request) {
      act("find");
      return ledger.find(request);
    }

    @Override
    public Lent resolve(ResolveRequest request) {
      act("resolve");
      return ledger.resolve(request);
    }

    @Override
    public void release(ReleaseRequest request) {
      act("release");
      ledger.release(request);
    }

    @Override
    public void close() {
      closed.add(name);
      behaviour.getOrDefault(name + " closing", () -> {}).run();
    }
  }

  /** One whose name begins with {@code h}. */
  final class Hearing extends Node implements HearsOfSessions {
    Hearing(String name) {
      super(name);
    }

    @Override
    public void sessionStarted(SessionNote note) {
      act("started " + note.key() + " " + note.call().session().orElseThrow());
    }

    @Override
    public void sessionEnded(SessionNote note) {
      act("ended " + note.key() + " " + note.call().session().orElseThrow());
    }
  }

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("nodes", "3.1");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(NODE, TOKEN);
  }

  @Override
  public List<String> validate(Settings settings) {
    return settings.get(NODE).startsWith("bad") ? List.of("node is bad") : List.of();
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    String name = settings.get(NODE);
    if (settings.find(TOKEN).filter(Secret::isClosed).isPresent()) {
      throw new AssertionError("made of a secret that was closed");
    }
    behaviour.getOrDefault(name + " making", () -> {}).run();
    return requireNonNull(name).startsWith("h") ? new Hearing(name) : new Node(name);
  }
}
