package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One instance of a plug-in, with the threads on which it is called. */
final class Member {
  private final String name;
  private final String label;
  private final Settings settings;
  private final CredentialProvider provider;
  private final HeldCalls calls;
  private final Standing standing;
  private @Nullable HeldCall<Health> probe;
  private @Nullable CompletableFuture<Optional<PosternException>> closed;
  private @Nullable Thread closing;

  /**
   * @param label what texts for people call it: the manager, where it is the only one
   */
  Member(
      String name,
      String label,
      Settings settings,
      CredentialProvider provider,
      HeldCalls calls,
      Standing standing) {
    this.name = name;
    this.label = label;
    this.settings = settings;
    this.provider = provider;
    this.calls = calls;
    this.standing = standing;
  }

  /** Such as {@code site-vault#1}. */
  String name() {
    return name;
  }

  Settings settings() {
    return settings;
  }

  HeldCalls calls() {
    return calls;
  }

  Standing standing() {
    return standing;
  }

  /** Having a capability means implementing it (rule ECM-5). */
  <C> Optional<C> capability(Class<C> type) {
    return type.isInstance(provider) ? Optional.of(type.cast(provider)) : Optional.empty();
  }

  /**
   * Asks how it does, and has its standing follow; whoever asks meanwhile gets the same answer.
   *
   * @throws PosternException CLOSED
   */
  synchronized HeldCall<Health> probe() {
    HeldCall<Health> running = probe;
    if (running != null && !running.isOver()) {
      return running;
    }
    long epoch = standing.epoch();
    HeldCall<Health> begun =
        calls.startBeside(
            "health",
            deadline -> {
              Health health = provider.health(new HealthCheck(deadline));
              if (health == null) {
                throw new HeldCall.BrokenAnswer("health was null");
              }
              return health;
            });
    probe = begun;
    begun.whenDone(
        (health, fault) -> {
          if (fault == null) {
            standing.probed(health, epoch);
          } else {
            standing.probed(Health.down(Setbacks.text(fault)), epoch);
          }
        });
    return begun;
  }

  /** Gives a probe up that nobody waits for and that has used up its time. */
  synchronized void endLateProbe() {
    if (probe != null && probe.isLate()) {
      probe.abandon(HeldCall.tooLate(label, "health", "did not answer in time", ""));
    }
  }

  /** Ends calls under way, and begins to close the instance. */
  synchronized void beginClosing() {
    if (closed != null) {
      return;
    }
    calls.close();
    CompletableFuture<Optional<PosternException>> over = new CompletableFuture<>();
    // Not one of the call threads: those may all hang.
    Thread thread =
        new Thread(() -> over.complete(closeProvider()), "postern-credential-" + label + "-close");
    thread.setDaemon(true);
    thread.setContextClassLoader(provider.getClass().getClassLoader());
    thread.start();
    closed = over;
    closing = thread;
  }

  /** What went wrong with closing, as far as is known at {@code deadline} of the nano clock. */
  Optional<PosternException> awaitClosed(long deadline) {
    CompletableFuture<Optional<PosternException>> over;
    Thread thread;
    synchronized (this) {
      beginClosing();
      over = java.util.Objects.requireNonNull(closed);
      thread = java.util.Objects.requireNonNull(closing);
    }
    Optional<PosternException> failure = await(over, deadline);
    // Ends a close that hangs; one that is over does not mind.
    thread.interrupt();
    return failure;
  }

  /** Not by completeOnTimeout, which leaves a thread of the platform's in the host for ever. */
  private Optional<PosternException> await(
      CompletableFuture<Optional<PosternException>> over, long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return over.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
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
    return HeldCall.brokenContract(label, "close", how, null);
  }

  @Override
  public String toString() {
    return name;
  }
}
