package io.postern.core.credential;

import io.postern.core.credential.HeldCall.BrokenAnswer;
import io.postern.core.store.Ids;
import io.postern.credential.Candidate;
import io.postern.credential.CandidateId;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

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

  private static List<Candidate> checked(NamedProvider provider, List<FoundCredential> answer) {
    FoundAnswer checked = FoundAnswer.of(answer, provider::can);
    if (checked.fault().isPresent()) {
      throw new BrokenAnswer(checked.fault().get());
    }
    return checked.found().stream().map(one -> candidate(provider, one)).toList();
  }

  private static Candidate candidate(NamedProvider provider, FoundCredential one) {
    return new Candidate(
        new CandidateId(provider.name(), one.key()),
        one.username(),
        one.label(),
        one.kind(),
        one.precedence(),
        one.isExclusive() && !one.isSignedOnUse(),
        Optional.empty(),
        one.isSignedOnUse());
  }
}
