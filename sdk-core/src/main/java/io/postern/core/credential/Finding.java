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
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.SignsSshCertificates;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The question to one manager which credentials it has, and what its answer must be like. */
final class Finding {
  /** More than any store has for one person and endpoint; a list may have no end (figure G37). */
  private static final int MOST_FOUND = 10_000;

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
        .read(
            "find",
            CredentialProvider.class,
            (member, deadline) -> {
              CallContext context =
                  new CallContext(
                      person, session, Optional.of(endpoint.item()), "find", callId, deadline);
              return checked(provider, member.find(new FindRequest(endpoint, search, context)));
            })
        .await();
  }

  private static List<Candidate> checked(NamedProvider provider, List<FoundCredential> found) {
    if (found == null) {
      throw new BrokenAnswer("what it found was null");
    }
    boolean checksOut = provider.can(ChecksOutAccounts.class);
    Set<String> keys = new HashSet<>();
    List<Candidate> candidates = new ArrayList<>();
    for (FoundCredential one : found) {
      if (keys.size() == MOST_FOUND) {
        throw new BrokenAnswer(
            "it found more than " + MOST_FOUND + " credentials for one person and endpoint");
      }
      if (one == null || one.username().isBlank() || !keys.add(one.key())) {
        throw new BrokenAnswer(
            one == null
                ? "it found a null"
                : "it found '" + one.key() + "' twice or without a user name");
      }
      if (one.isSignedOnUse() && !provider.can(SignsSshCertificates.class)) {
        throw new BrokenAnswer("it found '" + one.key() + "' to be signed on use and cannot sign");
      }
      candidates.add(
          new Candidate(
              new CandidateId(provider.name(), one.key()),
              one.username(),
              one.label(),
              one.kind(),
              one.precedence(),
              one.isExclusive() && checksOut && !one.isSignedOnUse(),
              Optional.empty(),
              one.isSignedOnUse()));
    }
    return candidates;
  }
}
