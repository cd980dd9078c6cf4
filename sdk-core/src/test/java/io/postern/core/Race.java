package io.postern.core;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Acts that begin at the same instant on threads of their own, and what came of each. */
public final class Race implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** How often each race is run: {@code -Dpostern.rounds}, 300 where nothing is said. */
  public static int rounds() {
    return Integer.getInteger("postern.rounds", 300);
  }

  /**
   * What came of one act.
   *
   * @param refusal the code of the refusal; empty when it was done
   */
  public record Outcome(Optional<ErrorCode> refusal) {
    public boolean won() {
      return refusal.isEmpty();
    }
  }

  /** Runs all at once; whatever is thrown but a coded refusal fails the test. */
  public List<Outcome> run(List<Callable<?>> acts) {
    CyclicBarrier barrier = new CyclicBarrier(acts.size());
    List<Future<Outcome>> running = new ArrayList<>();
    for (Callable<?> act : acts) {
      running.add(
          threads.submit(
              () -> {
                barrier.await(30, TimeUnit.SECONDS);
                try {
                  act.call();
                  return new Outcome(Optional.empty());
                } catch (PosternException e) {
                  return new Outcome(Optional.of(e.code()));
                }
              }));
    }
    try {
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<Outcome> one : running) {
        outcomes.add(one.get(60, TimeUnit.SECONDS));
      }
      return outcomes;
    } catch (Exception e) {
      throw new AssertionError("an act of a race broke", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
