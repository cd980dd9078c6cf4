package io.postern.core.credential;

import io.postern.core.credential.HeldCall.BrokenAnswer;
import io.postern.core.store.Ids;
import io.postern.credential.Candidate;
import io.postern.credential.CandidateId;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The question to one manager which credentials it has, and what its answer must be like. */
final class Finding {
  private final Ids ids;

  @Inject
  Finding(Ids ids) {
    this.ids = ids;
  }

  /**
   * Blocks for the manager within its time limits.
   *
   * @param search a text that user name or label should contain; empty for all
   * @throws io.postern.PosternException what the manager failed with; PLUGIN_FAILED for an answer
   *     that cannot be used
   */
  List<Candidate> find(
      NamedProvider provider,
      Person person,
      Optional<SessionId> session,
      Endpoint endpoint,
      String search) {
    String callId = ids.next();
    return provider
        .calls()
        .call(
            "find",
            deadline -> {
              CallContext context =
                  new CallContext(
                      person, session, Optional.of(endpoint.item()), "find", callId, deadline);
              return checked(
                  provider, provider.provider().find(new FindRequest(endpoint, search, context)));
            },
            late -> {});
  }

  private static List<Candidate> checked(NamedProvider provider, List<FoundCredential> found) {
    if (found == null) {
      throw new BrokenAnswer("what it found was null");
    }
    boolean checksOut = provider.capability(ChecksOutAccounts.class).isPresent();
    Set<String> keys = new HashSet<>();
    List<Candidate> candidates = new ArrayList<>();
    for (FoundCredential one : found) {
      if (one == null || one.username().isBlank() || !keys.add(one.key())) {
        throw new BrokenAnswer(
            one == null
                ? "it found a null"
                : "it found '" + one.key() + "' twice or without a user name");
      }
      candidates.add(
          new Candidate(
              new CandidateId(provider.name(), one.key()),
              one.username(),
              one.label(),
              one.kind(),
              one.precedence(),
              one.isExclusive() && checksOut,
              Optional.empty()));
    }
    return candidates;
  }
}
