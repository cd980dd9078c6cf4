package io.postern.core.credential;

import static java.util.Comparator.comparing;

import io.postern.PosternException;
import io.postern.credential.ManagerHealth;
import io.postern.credential.ManagerHealth.Capability;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HearsOfSessions;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.RotatesCredentials;
import io.postern.spi.credential.SignsSshCertificates;
import io.postern.spi.inventory.Inventory;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How credential managers and their members do. */
final class ManagerListing {
  private static final Map<Capability, Class<?>> CAPABILITIES =
      Map.of(
          Capability.CHECK_OUT, ChecksOutAccounts.class,
          Capability.RENEW, RenewsLeases.class,
          Capability.ROTATE, RotatesCredentials.class,
          Capability.SIGN_SSH, SignsSshCertificates.class,
          Capability.HEAR_OF_SESSIONS, HearsOfSessions.class,
          Capability.INVENTORY, Inventory.class);

  private final CredentialManagers managers;

  @Inject
  ManagerListing(CredentialManagers managers) {
    this.managers = managers;
  }

  /** How one member says that it does, or what it failed with. */
  record Asked(Member member, Optional<HeldCall<Health>> call, Optional<PosternException> failure) {
    static Asked of(Member member) {
      try {
        return new Asked(member, Optional.of(member.probe()), Optional.empty());
      } catch (PosternException e) {
        return new Asked(member, Optional.empty(), Optional.of(e));
      }
    }

    /** Waits for the answer. */
    Answered await() {
      if (call.isEmpty()) {
        return failed(failure.orElseThrow());
      }
      try {
        return new Answered(member, call.get().await(), Optional.empty());
      } catch (PosternException e) {
        return failed(e);
      }
    }

    private Answered failed(PosternException e) {
      return new Answered(member, Health.down(Setbacks.text(e)), Optional.of(e));
    }
  }

  /**
   * @param failure where it did not even say that it is down
   */
  record Answered(Member member, Health health, Optional<PosternException> failure) {}

  /** All managers and members, each asked now, all at once. */
  List<ManagerHealth> managers() {
    record Group(NamedProvider manager, Members members, List<Asked> asked) {}
    List<Group> groups = new ArrayList<>();
    for (NamedProvider manager : managers.all()) {
      Members members = manager.members();
      groups.add(new Group(manager, members, ask(members)));
    }
    return groups.stream()
        .map(
            group ->
                health(
                    group.manager(),
                    group.members(),
                    group.asked().stream().map(Asked::await).toList()))
        .toList();
  }

  static List<Asked> ask(Members members) {
    return members.all().stream().map(Asked::of).toList();
  }

  static ManagerHealth health(NamedProvider manager, Members members, List<Answered> answers) {
    List<Member> order = members.inOrder(Object.class);
    return new ManagerHealth(
        manager.name(),
        manager.identity().name(),
        manager.identity().version(),
        capabilities(members),
        answers.stream()
            .sorted(comparing(answered -> order.indexOf(answered.member())))
            .map(ManagerListing::health)
            .toList());
  }

  private static ManagerHealth.Member health(Answered answered) {
    return new ManagerHealth.Member(
        answered.member().name(),
        answered.health().usable(),
        answered.health().usable()
            ? answered.member().standing().view().connectedSince()
            : Optional.empty(),
        answered.health().detail());
  }

  private static Set<Capability> capabilities(Members members) {
    Set<Capability> all = EnumSet.noneOf(Capability.class);
    CAPABILITIES.forEach(
        (capability, type) -> {
          if (members.all().stream().anyMatch(member -> member.capability(type).isPresent())) {
            all.add(capability);
          }
        });
    return all;
  }
}
