package io.postern.core.credential;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Candidate;
import io.postern.credential.CandidateId;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What managers answered to who asked for candidates (rule ECM-10): bounded, one question for all
 * who want the same, and the last good answer while a newer one cannot be had. Holds no secret and
 * no right: who may see an item is judged before each look.
 *
 * <p>A question runs on a thread of its own, within the manager's time limits, so that who waits
 * for it can stop waiting without ending it for the others.
 */
final class CandidateCache implements AutoCloseable {
  /** Answers and the candidates in them, together. */
  private static final long MOST = 50_000;

  /** How long a manager that failed is left in peace while a stale answer will do. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private static final Duration CLEAN_UP = Duration.ofMinutes(1);

  private final Cache<CandidateKey, KnownCandidates> answers;
  private final ConcurrentMap<CandidateKey, CompletableFuture<KnownCandidates>> questions =
      new ConcurrentHashMap<>();
  private final InstantSource clock;
  private final long freshMillis;
  private final long staleMillis;
  private final AtomicLong lastCleanUp = new AtomicLong();
  private final ThreadPoolExecutor threads;

  @Inject
  CandidateCache(InstantSource clock, CandidateTimes times) {
    this.clock = clock;
    this.freshMillis = times.fresh().toMillis();
    this.staleMillis = times.stale().toMillis();
    this.answers =
        Caffeine.newBuilder()
            .maximumWeight(MOST)
            .weigher((CandidateKey key, KnownCandidates known) -> 1 + known.found().size())
            // Without expiry, which would read the clock a second time at each look and cost more
            // than the look itself: each answer has its own times, and cleanUp lets go of old ones.
            // Not the common pool, which is the host's.
            .executor(Runnable::run)
            .build();
    AtomicInteger made = new AtomicInteger();
    // Without a bound of its own: each manager's limit refuses what is too much, at once.
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, "postern-candidates-" + made.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The answer that holds now, without asking anybody. */
  @Nullable KnownCandidates fresh(CandidateKey key) {
    KnownCandidates known = answers.getIfPresent(key);
    return known != null && known.isFresh(clock.millis()) ? known : null;
  }

  /**
   * The answer that holds now, or what becomes of asking; a manager that failed a moment ago is not
   * asked again where its last good answer may still be shown. For {@link #await}.
   */
  CompletableFuture<KnownCandidates> look(CandidateKey key, Supplier<List<Candidate>> question) {
    KnownCandidates known = answers.getIfPresent(key);
    long now = clock.millis();
    if (known != null
        && (known.isFresh(now) || (known.wasTried(now) && known.mayBeShown(now, staleMillis)))) {
      return CompletableFuture.completedFuture(known);
    }
    return ask(key, question, false);
  }

  /**
   * A new answer, whatever is known; one that is being waited for already will do. For {@link
   * #await}.
   */
  CompletableFuture<KnownCandidates> ask(CandidateKey key, Supplier<List<Candidate>> question) {
    return ask(key, question, true);
  }

  private CompletableFuture<KnownCandidates> ask(
      CandidateKey key, Supplier<List<Candidate>> question, boolean anew) {
    CompletableFuture<KnownCandidates> mine = new CompletableFuture<>();
    CompletableFuture<KnownCandidates> running = questions.putIfAbsent(key, mine);
    if (running != null) {
      return running;
    }
    // Somebody's question may have ended between the look and now.
    KnownCandidates known = anew ? null : fresh(key);
    if (known != null) {
      questions.remove(key, mine);
      mine.complete(known);
      return mine;
    }
    try {
      threads.execute(() -> answer(key, mine, question));
    } catch (RejectedExecutionException e) {
      questions.remove(key, mine);
      mine.completeExceptionally(
          new PosternException(ErrorCode.CLOSED, "the credential managers are closed", e));
    } catch (RuntimeException | Error e) {
      // Such as no thread to be had: a question that nobody asks would be waited for for ever.
      questions.remove(key, mine);
      mine.completeExceptionally(new PosternException(ErrorCode.INTERNAL, "asking failed", e));
    }
    return mine;
  }

  private void answer(
      CandidateKey key,
      CompletableFuture<KnownCandidates> mine,
      Supplier<List<Candidate>> question) {
    try {
      KnownCandidates known = KnownCandidates.answered(question.get(), clock.millis(), freshMillis);
      keep(key, mine, known);
      mine.complete(known);
    } catch (PosternException e) {
      Optional<KnownCandidates> last = failed(key, mine, e);
      if (last.isPresent()) {
        mine.complete(last.get());
      } else {
        mine.completeExceptionally(e);
      }
    } catch (RuntimeException | Error e) {
      questions.remove(key, mine);
      mine.completeExceptionally(new PosternException(ErrorCode.INTERNAL, "asking failed", e));
    }
  }

  /** Keeps the answer unless it was forgotten while it was on its way. */
  private void keep(
      CandidateKey key, CompletableFuture<KnownCandidates> mine, KnownCandidates known) {
    questions.computeIfPresent(
        key,
        (same, current) -> {
          if (current != mine) {
            return current;
          }
          answers.put(key, known);
          return null;
        });
  }

  /**
   * The last good answer, where it may be shown. A manager that says no is not one that fails: what
   * it said before counts no more.
   */
  private Optional<KnownCandidates> failed(
      CandidateKey key, CompletableFuture<KnownCandidates> mine, PosternException failure) {
    KnownCandidates last = answers.getIfPresent(key);
    long now = clock.millis();
    boolean saysNo =
        failure.code() == ErrorCode.CREDENTIAL_DENIED
            || failure.code() == ErrorCode.CREDENTIAL_NOT_FOUND;
    if (last == null || saysNo || !last.mayBeShown(now, staleMillis)) {
      answers.invalidate(key);
      questions.remove(key, mine);
      return Optional.empty();
    }
    KnownCandidates stale = last.tried(failure, now + PAUSE.toMillis());
    keep(key, mine, stale);
    return Optional.of(stale);
  }

  /**
   * What was answered; stale answers say so by their failure.
   *
   * @throws PosternException what the manager failed with; INTERRUPTED, which leaves the question
   *     to the others who wait
   */
  static KnownCandidates await(CompletableFuture<KnownCandidates> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosternException(
          ErrorCode.INTERRUPTED, "the thread was interrupted while credential managers were asked");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PosternException failure) {
        throw failure;
      }
      throw new IllegalStateException("completed with other failures than ours", e.getCause());
    }
  }

  /** Nothing that this manager said holds any more: it is another one now. */
  void forget(String manager) {
    // Questions first: what they bring after this is not kept.
    questions.keySet().removeIf(key -> key.manager().equals(manager));
    answers.asMap().keySet().removeIf(key -> key.manager().equals(manager));
  }

  /** The manager does not have this credential any more. */
  void forget(CandidateId gone) {
    each(gone, answers::invalidate);
  }

  /** Something happened to the credential: what is known of it is shown only if need be. */
  void outdate(CandidateId changed) {
    each(changed, key -> answers.asMap().computeIfPresent(key, (same, now) -> now.outdated()));
  }

  private void each(CandidateId id, Consumer<CandidateKey> act) {
    questions.keySet().removeIf(key -> key.manager().equals(id.manager()));
    answers
        .asMap()
        .forEach(
            (key, known) -> {
              if (key.manager().equals(id.manager()) && known.has(id)) {
                act.accept(key);
              }
            });
  }

  /** Lets go of what may not be shown any more; looks through all, at most once a minute. */
  void cleanUp() {
    long now = clock.millis();
    long last = lastCleanUp.get();
    if (Math.abs(now - last) >= CLEAN_UP.toMillis() && lastCleanUp.compareAndSet(last, now)) {
      answers.asMap().values().removeIf(known -> !known.mayBeShown(now, staleMillis));
    }
    answers.cleanUp();
  }

  long size() {
    return answers.estimatedSize();
  }

  /** Interrupts questions under way and takes no more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
