package io.postern.proofs.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.core.PosternBuilder;
import io.postern.credential.Candidates;
import io.postern.credential.CredentialKind;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Lease;
import io.postern.credential.Secret;
import io.postern.jump.Catalog;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.GroupId;
import io.postern.proofs.People;
import io.postern.session.Session;
import io.postern.session.Tool;
import io.postern.spi.Settings;
import io.postern.spi.injection.Injector;
import io.postern.testing.Fault;
import io.postern.testing.FaultProxy;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Vault and AWS Secrets Manager as two members of one credential manager, through the whole of the
 * core, while the network to the first one breaks: the other one goes on, nothing is made twice,
 * and what may have been lent is owed (G11).
 */
@Rule({"ECM-8", "ECM-9"})
@Timeout(120)
class TwoMembersTest {
  private static final JumpItemId ITEM = JumpItemId.of("orders");
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @TempDir Path directory;
  private PlayedStore store;
  private FaultProxy one;
  private FaultProxy two;

  private enum Provider {
    VAULT("vault"),
    AWS("aws");

    final String plugIn;

    Provider(String plugIn) {
      this.plugIn = plugIn;
    }

    Settings at(FaultProxy proxy) {
      String address = "http://127.0.0.1:" + proxy.port();
      return this == VAULT
          ? Settings.with("address", address)
              .and("token", secret("hvs.own-token"))
              .and("kv-paths", "")
              .and("database-roles", "ro for everyone")
          : Settings.with("endpoint", address)
              .and("region", "eu-central-1")
              .and("access-key-id", "AKIDEXAMPLEAKIDEXAMP")
              .and("secret-access-key", secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    }

    private static Secret secret(String text) {
      return Secret.takeFrom(text.getBytes(UTF_8));
    }
  }

  @BeforeEach
  void start() throws IOException {
    store = new PlayedStore();
    one = FaultProxy.before(store.port());
    two = FaultProxy.before(store.port());
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    store.close();
  }

  static Stream<Arguments> providersAndFaults() {
    return Stream.of(Provider.values())
        .flatMap(
            provider ->
                Stream.of(Fault.REFUSE, Fault.RESET_AFTER_REQUEST, Fault.BLACK_HOLE)
                    .map(fault -> Arguments.of(provider, fault)));
  }

  private Postern open(Provider provider) {
    Postern postern =
        PosternBuilder.create()
            .dataFolder(directory.resolve("store"))
            .people(new People())
            .credentialManager("site", provider.plugIn, provider.at(one), provider.at(two))
            .credentialLimits(CredentialLimits.standard().perCall(LIMIT))
            .build();
    Catalog catalog = postern.as("adam").catalog();
    catalog.save(JumpGroup.of("hosts").with(GroupId.of("ops"), JumpPermission.START));
    catalog.save(JumpPolicy.named("free").build());
    catalog.save(SessionPolicy.named("tools").allow(Tool.values()));
    catalog.save(
        JumpItem.reachedBy("ssh", ITEM.value(), "127.0.0.1", 22)
            .in(JumpGroupId.of("hosts"))
            .terms(JumpPolicyId.of("free"))
            .allowing(SessionPolicyId.of("tools"))
            .build());
    return postern;
  }

  private static Session session(Postern postern) {
    Session session = postern.as("worker-0").sessions().start(ITEM, ask -> ask.reason("INC-4711"));
    session.awaitAvailable(Duration.ofSeconds(30));
    return session;
  }

  /** Takes what it is given, and knows whether it is the store's. */
  private static final class Taker implements Injector<AutoCloseable> {
    @Override
    public String name() {
      return "taker";
    }

    @Override
    public Set<CredentialKind> accepts() {
      return EnumSet.allOf(CredentialKind.class);
    }

    @Override
    public AutoCloseable inject(InjectRequest request) {
      try (Secret right = Provider.secret(PlayedStore.PASSWORD)) {
        assertThat(request.credential().secrets().get(0).sameAs(right)).isTrue();
      }
      return () -> {};
    }
  }

  /** What it failed with, if it did. */
  private static Optional<PosternException> injected(Session session) {
    try {
      session.inject(new Taker());
      return Optional.empty();
    } catch (PosternException e) {
      assertThat(e.code().name()).matches("CREDENTIAL_(UNAVAILABLE|TIMED_OUT)");
      return Optional.of(e);
    }
  }

  private static List<Lease> owed(Postern postern) {
    return postern.as("adam").credentials().owed(PageRequest.first()).rows();
  }

  @ParameterizedTest
  @MethodSource("providersAndFaults")
  void find_goesOnToTheOtherMember(Provider provider, Fault fault) {
    try (Postern postern = open(provider)) {
      one.fault(fault);

      Candidates found = postern.as("worker-0").credentials().candidates(ITEM);

      assertThat(found.silent()).isEmpty();
      assertThat(found.found()).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("providersAndFaults")
  void resolve_goesOnWhereNothingWasDone_andIsElseOwed(Provider provider, Fault fault) {
    try (Postern postern = open(provider)) {
      Session session = session(postern);
      assertThat(session.candidates("").found()).hasSize(1);
      one.fault(fault);

      Optional<PosternException> failure = injected(session);

      // A value is read as often as one likes; whom an account may have been made for is not asked
      // of anybody again. Who never answers takes all the time that there is for the call.
      boolean acts = provider == Provider.VAULT && fault != Fault.REFUSE;
      assertThat(failure.isPresent()).isEqualTo(acts || fault == Fault.BLACK_HOLE);
      session.end();
      int asked = store.asked.get();
      assertThat(asked).as("never twice").isLessThanOrEqualTo(provider == Provider.VAULT ? 1 : 2);

      Session next = session(postern);
      assertThat(injected(next)).as("by the other member").isEmpty();
      next.end();

      assertThat(store.asked.get()).isEqualTo(asked + 1);
      if (fault != Fault.BLACK_HOLE || acts) {
        assertThat(owed(postern)).hasSize(acts ? 1 : 0);
      }
      assertThat(store.leases).hasSizeLessThanOrEqualTo(owed(postern).size());
    }
  }

  @ParameterizedTest
  @MethodSource("providersAndFaults")
  @Rule("ECM-11")
  void release_goesOnToTheOtherMember_orIsOwed(Provider provider, Fault fault) {
    try (Postern postern = open(provider)) {
      Session session = session(postern);
      assertThat(injected(session)).isEmpty();
      assertThat(store.leases).hasSize(provider == Provider.VAULT ? 1 : 0);
      one.fault(fault);

      session.end();

      if (fault != Fault.BLACK_HOLE) {
        assertThat(owed(postern)).isEmpty();
      }
      assertThat(store.leases).hasSizeLessThanOrEqualTo(owed(postern).size());
      assertThat(store.asked.get()).isEqualTo(1);
    }
  }
}
