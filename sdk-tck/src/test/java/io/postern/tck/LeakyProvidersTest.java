package io.postern.tck;

import static io.postern.spi.credential.ProviderException.withoutEffect;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.CallContext;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ResolveRequest;
import io.postern.tck.MemoryStore.Account;
import io.postern.testing.Rule;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A secret that gets out is caught by the rule for the way it took. */
@Rule("ECM-12")
class LeakyProvidersTest {
  private static String text(Account one) {
    return new String(one.secret, StandardCharsets.UTF_8);
  }

  @Test
  void in_toString_of_the_provider() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public String toString() {
                    return "MemoryProvider[token=" + MemoryConformance.TOKEN + "]";
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-LEAK-1");
  }

  @Test
  void in_toString_of_a_Secret_of_its_own() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  Credential credential(Account one) {
                    Secret real = Secret.takeFrom(one.secret.clone());
                    return Credential.password(one.username, new Talkative(real, text(one)));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-LEAK-1");
  }

  private record Talkative(Secret real, String text) implements Secret {
    @Override
    public <R> R use(Function<ByteBuffer, R> reader) {
      return real.use(reader);
    }

    @Override
    public int length() {
      return real.length();
    }

    @Override
    public boolean sameAs(Secret other) {
      return real.sameAs(other);
    }

    @Override
    public boolean isClosed() {
      return real.isClosed();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  @Test
  void in_the_text_of_a_failure() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent resolve(ResolveRequest request) {
                    try {
                      return super.resolve(request);
                    } catch (ProviderException e) {
                      String text = e.getMessage() + " with token " + MemoryConformance.TOKEN;
                      throw withoutEffect(e.failure(), text, e.logText(), null);
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-LEAK-2");
  }

  @Test
  void in_the_cause_of_a_cause_in_Base64() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent resolve(ResolveRequest request) {
                    try {
                      return super.resolve(request);
                    } catch (ProviderException e) {
                      String header =
                          Base64.getEncoder()
                              .encodeToString(
                                  MemoryConformance.TOKEN.getBytes(StandardCharsets.UTF_8));
                      throw withoutEffect(
                          e.failure(),
                          String.valueOf(e.getMessage()),
                          e.logText(),
                          new IllegalStateException(
                              "request failed", new Exception("Authorization: Basic " + header)));
                    }
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-LEAK-2");
  }

  @Test
  void in_the_text_for_the_log() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Lent resolve(ResolveRequest request) {
                    if (!store.accounts.containsKey(request.key())) {
                      throw withoutEffect(
                          Failure.NOT_FOUND, "no such key", MemoryConformance.TOKEN, null);
                    }
                    return super.resolve(request);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-LEAK-2");
  }

  @Test
  void in_the_log_at_a_level_that_nobody_reads() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  Credential credential(Account one) {
                    LoggerFactory.getLogger("vendor.client").trace("answer body={}", text(one));
                    return super.credential(one);
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-LEAK-3");
    assertThat(outcome.broken().get("CP-LEAK-3")).contains("the log, TRACE of vendor.client");
  }

  @Test
  void in_a_label() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  FoundCredential found(Account one) {
                    return one.signed
                        ? super.found(one)
                        : super.found(one).labelled(one.key + " / " + text(one));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-LEAK-4");
  }

  @Test
  void in_a_lease_reference() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  Lent lend(Account one, CallContext call) {
                    Lent lent = super.lend(one, call);
                    return one.leased
                        ? lent
                        : new Lent(
                            lent.credential(),
                            new LeaseTerms("for-" + text(one), lent.lease().expiresAt(), false));
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-LEAK-4");
  }

  @Test
  void in_the_detail_of_a_health() {
    Outcome outcome =
        Fault.in(
            (store, clock) ->
                new MemoryProvider(store, clock) {
                  @Override
                  public Health health(HealthCheck check) {
                    Health health = super.health(check);
                    return new Health(
                        health.usable(), "https://u:" + MemoryConformance.TOKEN + "@store");
                  }
                });
    assertThat(outcome.rules()).containsExactly("CP-LEAK-4");
  }
}
