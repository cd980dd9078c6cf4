package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.credential.LeaseId;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One running instance of a plug-in under the name that the host gave it. */
final class NamedProvider {
  private final String name;
  private final PluginIdentity identity;
  private final Settings settings;
  private final CredentialProvider provider;
  private final HeldCalls calls;
  private final SettlingThreads settling;
  private final long closingNanos;
  private final Set<LeaseId> lending = ConcurrentHashMap.newKeySet();

  NamedProvider(
      String name,
      PluginIdentity identity,
      Settings settings,
      CredentialProvider provider,
      HeldCalls calls,
      long closingNanos) {
    this.name = name;
    this.identity = identity;
    this.settings = settings;
    this.provider = provider;
    this.calls = calls;
    this.settling = new SettlingThreads(name);
    this.closingNanos = closingNanos;
  }

  String name() {
    return name;
  }

  PluginIdentity identity() {
    return identity;
  }

  CredentialProvider provider() {
    return provider;
  }

  HeldCalls calls() {
    return calls;
  }

  /** Having a capability means implementing it (rule ECM-5). */
  <C> Optional<C> capability(Class<C> type) {
    return type.isInstance(provider) ? Optional.of(type.cast(provider)) : Optional.empty();
  }

  SettlingThreads settling() {
    return settling;
  }

  /**
   * The leases for which a call runs that lends something. While it runs nobody can give back what
   * it may yet lend, also not after its waiter gave up.
   */
  Set<LeaseId> lending() {
    return lending;
  }

  HeldCall<Health> health() {
    return calls.start(
        "health",
        deadline -> {
          Health health = provider.health(new HealthCheck(deadline));
          if (health == null) {
            throw new HeldCall.BrokenAnswer("health was null");
          }
          return health;
        },
        health -> {});
  }

  /**
   * Ends calls under way, then the instance, then its secrets; a plug-in that hangs is left behind.
   *
   * @throws PosternException PLUGIN_FAILED when the plug-in did not close
   */
  void close() {
    settling.close();
    calls.close();
    CompletableFuture<Optional<PosternException>> closed = new CompletableFuture<>();
    // Not one of the call threads: those may all hang.
    Thread thread =
        new Thread(() -> closed.complete(closeProvider()), "postern-credential-" + name + "-close");
    thread.setDaemon(true);
    thread.setContextClassLoader(provider.getClass().getClassLoader());
    thread.start();
    Optional<PosternException> failure = await(closed);
    // Ends a close that hangs; one that is over does not mind.
    thread.interrupt();
    settings.closeSecrets();
    failure.ifPresent(
        fault -> {
          throw fault;
        });
  }

  /** Not by completeOnTimeout, which leaves a thread of the platform's in the host for ever. */
  private Optional<PosternException> await(CompletableFuture<Optional<PosternException>> closed) {
    long deadline = System.nanoTime() + closingNanos;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return closed.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true; // what was begun is closed all the same
        } catch (TimeoutException e) {
          return Optional.of(broken("it did not return in time"));
        } catch (ExecutionException e) {
          throw new IllegalStateException("completed without failures only", e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Optional<PosternException> closeProvider() {
    try {
      provider.close();
      return Optional.empty();
    } catch (Throwable thrown) {
      return Optional.of(broken("it threw " + thrown.getClass().getName()));
    }
  }

  private PosternException broken(String how) {
    return HeldCall.brokenContract(name, "close", how, null);
  }
}
