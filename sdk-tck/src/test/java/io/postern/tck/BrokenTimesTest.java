package io.postern.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.CallContext;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.testing.Rule;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A provider that does not keep time in one of its calls is found out by the rules of time. */
@Rule("ECM-12")
class BrokenTimesTest {
  /** How a call goes wrong. */
  @FunctionalInterface
  private interface Wrong {
    <T> T made(CallContext call, InstantSource clock, Function<CallContext, T> good);
  }

  /** Good, but for the one call of a name. */
  private static final class Tardy extends MemoryProvider {
    private final String name;
    private final Wrong wrong;

    Tardy(String name, Wrong wrong, MemoryStore store, InstantSource clock) {
      super(store, clock);
      this.name = name;
      this.wrong = wrong;
    }

    private <T> T made(String called, CallContext call, Function<CallContext, T> good) {
      return called.equals(name) ? wrong.made(call, clock, good) : good.apply(call);
    }

    private void done(String called, CallContext call, Consumer<CallContext> good) {
      made(
          called,
          call,
          same -> {
            good.accept(same);
            return "done";
          });
    }

    private static ReleaseRequest with(ReleaseRequest request, CallContext call) {
      return new ReleaseRequest(request.key(), request.leaseReference(), call);
    }

    @Override
    public List<FoundCredential> find(FindRequest request) {
      return made(
          "find",
          request.call(),
          call -> super.find(new FindRequest(request.endpoint(), request.search(), call)));
    }

    @Override
    public Lent resolve(ResolveRequest request) {
      return made(
          request.call().purpose().equals("view") ? "resolve for a view" : "resolve",
          request.call(),
          call -> super.resolve(new ResolveRequest(request.key(), request.endpoint(), call)));
    }

    @Override
    public void release(ReleaseRequest request) {
      done("release", request.call(), call -> super.release(with(request, call)));
    }

    @Override
    public Lent checkOut(CheckOutRequest request) {
      return made(
          "check-out",
          request.call(),
          call ->
              super.checkOut(
                  new CheckOutRequest(request.key(), request.endpoint(), request.until(), call)));
    }

    @Override
    public void checkIn(ReleaseRequest request) {
      done("check-in", request.call(), call -> super.checkIn(with(request, call)));
    }

    @Override
    public LeaseTerms renew(RenewRequest request) {
      return made(
          "renew",
          request.call(),
          call ->
              super.renew(
                  new RenewRequest(
                      request.key(), request.leaseReference(), request.until(), call)));
    }

    @Override
    public void rotate(RotateRequest request) {
      done(
          "rotate",
          request.call(),
          call ->
              super.rotate(
                  new RotateRequest(request.key(), request.endpoint(), request.changer(), call)));
    }

    @Override
    public SignedCertificate sign(SignRequest request) {
      return made(
          "sign",
          request.call(),
          call ->
              super.sign(
                  new SignRequest(
                      request.key(),
                      request.endpoint(),
                      request.publicKey(),
                      request.until(),
                      call)));
    }

    @Override
    public void sessionStarted(SessionNote note) {
      if (name.equals("note of a session's start")) {
        done(name, note.call(), this::noted);
      }
    }

    @Override
    public void sessionEnded(SessionNote note) {
      if (name.equals("note of a session's end")) {
        done(name, note.call(), this::noted);
      }
    }

    private void noted(CallContext call) {
      asked(call.timeLeft(clock), () -> "noted");
    }
  }

  private static CallContext until(CallContext call, Instant deadline) {
    return new CallContext(
        call.person(), call.session(), call.item(), call.purpose(), call.callId(), deadline);
  }

  /** A second after its deadline, as the kit asks of what begins too late. */
  private static boolean isLate(CallContext call, InstantSource clock) {
    return call.deadline().isBefore(clock.instant().minusMillis(900));
  }

  /** As if there were no deadline that is less than a minute off. */
  private static final Wrong WITHOUT_A_LIMIT =
      new Wrong() {
        @Override
        public <T> T made(CallContext call, InstantSource clock, Function<CallContext, T> good) {
          return good.apply(
              isLate(call, clock)
                  ? call
                  : until(call, clock.instant().plus(Duration.ofMinutes(1))));
        }
      };

  private static final Wrong DEAF_TO_INTERRUPTS =
      new Wrong() {
        @Override
        public <T> T made(CallContext call, InstantSource clock, Function<CallContext, T> good) {
          while (true) {
            try {
              return good.apply(call);
            } catch (ProviderException e) {
              if (!Thread.interrupted()) {
                throw e;
              }
            }
          }
        }
      };

  private static final Wrong AFTER_THE_DEADLINE =
      new Wrong() {
        @Override
        public <T> T made(CallContext call, InstantSource clock, Function<CallContext, T> good) {
          return good.apply(
              isLate(call, clock) ? until(call, clock.instant().plusSeconds(1)) : call);
        }
      };

  /** By name, and not as the kit has them: one that it forgets is missed here. */
  private static final List<String> CALLS =
      List.of(
          "find",
          "resolve",
          "resolve for a view",
          "release",
          "check-out",
          "check-in",
          "renew",
          "rotate",
          "sign",
          "note of a session's start",
          "note of a session's end");

  /** One more of them needs a place in the list above, and in the kit. */
  @Test
  void what_a_provider_can_be_asked_is_all_there() {
    assertThat(
            Stream.of(MemoryProvider.class.getInterfaces())
                .flatMap(one -> Stream.of(one.getDeclaredMethods()))
                .map(Method::getName)
                .distinct())
        .containsExactlyInAnyOrder(
            "health",
            "find",
            "resolve",
            "release",
            "checkOut",
            "checkIn",
            "renew",
            "rotate",
            "sign",
            "sessionStarted",
            "sessionEnded",
            "close");
  }

  /** All at once: most of the time each of them waits for its patience to end. */
  private static Map<String, Outcome> inEach(List<String> calls, Wrong wrong) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      Map<String, Future<Outcome>> running = new LinkedHashMap<>();
      for (String call : calls) {
        running.put(
            call,
            threads.submit(
                () -> Fault.inTimesAlone((store, clock) -> new Tardy(call, wrong, store, clock))));
      }
      Map<String, Outcome> outcomes = new LinkedHashMap<>();
      for (var one : running.entrySet()) {
        outcomes.put(one.getKey(), one.getValue().get());
      }
      return outcomes;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void a_call_that_hangs_with_its_store() throws Exception {
    inEach(CALLS, WITHOUT_A_LIMIT)
        .forEach(
            (call, outcome) -> {
              assertThat(outcome.rules()).as(call).containsExactly("CP-TIME-1");
              assertThat(outcome.broken().get("CP-TIME-1"))
                  .contains("no " + call + " outlives its deadline")
                  .contains("its thread is in ");
            });
  }

  @Test
  void a_call_that_does_not_mind_interrupts() throws Exception {
    inEach(CALLS, DEAF_TO_INTERRUPTS)
        .forEach(
            (call, outcome) -> {
              assertThat(outcome.rules()).as(call).containsExactly("CP-TIME-2");
              assertThat(outcome.broken().get("CP-TIME-2"))
                  .contains("an interrupted " + call + " returns");
            });
  }

  /** Notes are left out: a late one has no answer to look at. */
  @Test
  void an_answer_after_the_deadline_is_a_SHOULD() throws Exception {
    List<String> answered = CALLS.stream().filter(call -> !call.startsWith("note")).toList();
    inEach(answered, AFTER_THE_DEADLINE)
        .forEach(
            (call, outcome) -> {
              assertThat(outcome.broken()).as(call).isEmpty();
              assertThat(outcome.rules()).as(call).containsExactly("CP-TIME-3");
            });
  }

  /**
   * In all other tests of the kit it passes: what is told of is told by the rule that is broken.
   */
  @Test
  void who_does_not_keep_time_breaks_no_other_rule() {
    Outcome outcome =
        Fault.inTimes((store, clock) -> new Tardy("resolve", WITHOUT_A_LIMIT, store, clock));
    assertThat(outcome.rules()).containsExactly("CP-TIME-1");
  }

  @Test
  void a_health_that_hangs_with_its_store() {
    Outcome outcome =
        Fault.inTimesAlone(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Health health(HealthCheck check) {
                    return super.health(
                        new HealthCheck(check.deadline().plus(Duration.ofMinutes(1))));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-TIME-1");
    assertThat(outcome.broken().get("CP-TIME-1")).contains("no health outlives its deadline");
  }
}
