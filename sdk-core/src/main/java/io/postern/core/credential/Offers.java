package io.postern.core.credential;

import static java.util.Comparator.comparing;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.credential.HeldCall.BrokenAnswer;
import io.postern.core.store.Ids;
import io.postern.credential.Candidate;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.NoAnswer;
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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which credentials fit a person and an endpoint: all managers are asked at once, and only the
 * closest matches are offered (rules LOG-1, LOG-3, LOG-5).
 */
final class Offers {
  /** More than anybody can choose from; a search finds the others. */
  private static final int MOST = 1_000;

  /** More than any store has for one person and endpoint; a list may have no end (figure G37). */
  private static final int MOST_FOUND = 10_000;

  private final CredentialManagers managers;
  private final Holders holders;
  private final Ids ids;

  @Inject
  Offers(CredentialManagers managers, Holders holders, Ids ids) {
    this.managers = managers;
    this.holders = holders;
    this.ids = ids;
  }

  /** What one manager was asked. */
  private record Asked(NamedProvider provider, RoutedCall<?, List<Candidate>> call) {}

  private record Answers(List<Candidate> found, List<NoAnswer> silent) {}

  Candidates candidates(Person person, Endpoint endpoint, String search, boolean typingAllowed) {
    Answers answers = ask(managers.all(), person, Optional.empty(), endpoint, search);
    Optional<Precedence> closest = closest(answers.found());
    List<Candidate> offered =
        answers.found().stream()
            .filter(candidate -> closest.filter(candidate.precedence()::equals).isPresent())
            .limit(MOST)
            .toList();
    return new Candidates(holders.shownWith(offered), answers.silent(), typingAllowed);
  }

  /**
   * The credential, if it fits now and nothing closer hides it (rule INJ-4). Asks its own manager,
   * and the others only where one of them could have something closer.
   *
   * @throws PosternException CREDENTIAL_NOT_A_CANDIDATE; what its manager failed with
   */
  Candidate require(
      Person person, Optional<SessionId> session, Endpoint endpoint, CandidateId credential) {
    NamedProvider own =
        managers
            .find(credential.manager())
            .orElseThrow(
                () ->
                    notACandidate(
                        person,
                        endpoint,
                        credential,
                        "no credential manager of this name is configured"));
    List<Candidate> matches =
        new ArrayList<>(start(own, person, session, endpoint, "").call().await());
    Candidate chosen =
        matches.stream()
            .filter(candidate -> candidate.id().equals(credential))
            .findFirst()
            .orElseThrow(
                () ->
                    notACandidate(
                        person, endpoint, credential, "its manager does not have it for the two"));
    if (chosen.precedence() != Precedence.ITEM) {
      List<NamedProvider> others =
          managers.all().stream().filter(provider -> provider != own).toList();
      matches.addAll(ask(others, person, session, endpoint, "").found());
    }
    if (closest(matches).filter(chosen.precedence()::equals).isEmpty()) {
      throw notACandidate(
          person,
          endpoint,
          credential,
          "it was matched by "
              + chosen.precedence()
              + " and a credential matched by "
              + closest(matches).map(Enum::name).orElse("")
              + " comes first");
    }
    return chosen;
  }

  private Answers ask(
      List<NamedProvider> providers,
      Person person,
      Optional<SessionId> session,
      Endpoint endpoint,
      String search) {
    List<Asked> asked = new ArrayList<>();
    List<NoAnswer> silent = new ArrayList<>();
    for (NamedProvider provider : providers) {
      try {
        asked.add(start(provider, person, session, endpoint, search));
      } catch (PosternException e) {
        silent.add(noAnswer(provider, e));
      }
    }
    List<Candidate> found = new ArrayList<>();
    for (Asked one : asked) {
      try {
        found.addAll(one.call().await());
      } catch (PosternException e) {
        silent.add(noAnswer(one.provider(), e));
      }
    }
    // Stable: managers stay in the order in which the host names them.
    List<String> order = managers.all().stream().map(NamedProvider::name).toList();
    found.sort(
        comparing(Candidate::precedence)
            .thenComparing(candidate -> order.indexOf(candidate.id().manager()))
            .thenComparing(Candidate::username)
            .thenComparing(candidate -> candidate.id().key()));
    return new Answers(found, silent);
  }

  private static NoAnswer noAnswer(NamedProvider provider, PosternException failure) {
    return new NoAnswer(provider.name(), failure.code(), String.valueOf(failure.getMessage()));
  }

  private Asked start(
      NamedProvider provider,
      Person person,
      Optional<SessionId> session,
      Endpoint endpoint,
      String search) {
    String callId = ids.next();
    return new Asked(
        provider,
        provider
            .calls()
            .read(
                "find",
                CredentialProvider.class,
                (member, deadline) ->
                    checked(
                        provider,
                        search,
                        member.find(
                            new FindRequest(
                                endpoint,
                                search,
                                new CallContext(
                                    person,
                                    session,
                                    Optional.of(endpoint.item()),
                                    "find",
                                    callId,
                                    deadline))))));
  }

  private static List<Candidate> checked(
      NamedProvider provider, String search, List<FoundCredential> found) {
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
      if (contains(one.username(), search) || contains(one.label(), search)) {
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
    }
    return candidates;
  }

  private static boolean contains(String text, String search) {
    return text.toLowerCase(Locale.ROOT).contains(search.toLowerCase(Locale.ROOT));
  }

  private static Optional<Precedence> closest(List<Candidate> candidates) {
    return candidates.stream().map(Candidate::precedence).min(comparing(Enum::ordinal));
  }

  private static PosternException notACandidate(
      Person person, Endpoint endpoint, CandidateId credential, String why) {
    return new PosternException(
        ErrorCode.CREDENTIAL_NOT_A_CANDIDATE,
        "credential "
            + credential
            + " is not valid for "
            + person
            + " on '"
            + endpoint.name()
            + "': "
            + why
            + "; choose one of the candidates as they are now");
  }
}
