package io.postern.core.credential;

import static java.util.Comparator.comparing;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.credential.CandidateKey.Wanted;
import io.postern.credential.Candidate;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.HiddenCandidate;
import io.postern.credential.NoAnswer;
import io.postern.credential.StaleAnswer;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.spi.connector.Endpoint;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Which credentials fit a person and an endpoint: all managers are asked at once, and only the
 * closest matches are offered (rules LOG-1, LOG-3, LOG-5).
 */
final class Offers {
  private final CredentialManagers managers;
  private final CandidateCache cache;
  private final Finding finding;
  private final Holders holders;

  @Inject
  Offers(CredentialManagers managers, CandidateCache cache, Finding finding, Holders holders) {
    this.managers = managers;
    this.cache = cache;
    this.finding = finding;
    this.holders = holders;
  }

  /** For whom and where, and in which session, for the managers' own audit. */
  private record Look(Person person, Optional<SessionId> session, Endpoint endpoint) {
    CandidateKey key(NamedProvider provider) {
      return new CandidateKey(provider.name(), Wanted.by(person, endpoint));
    }
  }

  /** What one manager was asked. */
  private record Asked(NamedProvider provider, CompletableFuture<KnownCandidates> answer) {}

  private record Answers(
      List<Candidate> found, List<NoAnswer> silent, List<StaleAnswer> stale, List<String> cut) {}

  Candidates candidates(Person person, Endpoint endpoint, String search, boolean typingAllowed) {
    Look look = new Look(person, Optional.empty(), endpoint);
    Answers answers = ask(managers.all(), look);
    Optional<Candidate> first = answers.found().stream().findFirst();
    List<Candidate> matching = new ArrayList<>(answers.found());
    if (!search.isEmpty()) {
      matching.removeIf(candidate -> answers.cut().contains(candidate.id().manager()));
      answers.cut().forEach(manager -> matching.addAll(searched(manager, look, search, answers)));
      matching.sort(order());
    }
    // Whether one is hidden is decided before the search: a word typed lets nobody further in.
    Predicate<Candidate> offered =
        candidate -> first.filter(one -> one.precedence() == candidate.precedence()).isPresent();
    List<Candidate> found =
        matching.stream()
            .filter(offered)
            .filter(candidate -> contains(candidate, search))
            .limit(KnownCandidates.MOST)
            .toList();
    List<HiddenCandidate> hidden =
        matching.stream()
            .filter(offered.negate())
            .filter(candidate -> contains(candidate, search))
            .limit(KnownCandidates.MOST)
            .map(candidate -> hidden(candidate, first.orElseThrow()))
            .toList();
    return new Candidates(
        holders.shownWith(found), answers.silent(), typingAllowed, answers.stale(), hidden);
  }

  /**
   * The credential, if it fits now and nothing closer hides it (rule INJ-4). Its own manager's
   * answer is fresh; the others count only where one of them could have something closer.
   *
   * @throws PosternException CREDENTIAL_NOT_A_CANDIDATE; what its manager failed with
   */
  Candidate require(
      Person person, Optional<SessionId> session, Endpoint endpoint, CandidateId credential) {
    Look look = new Look(person, session, endpoint);
    NamedProvider own =
        managers
            .find(credential.manager())
            .orElseThrow(
                () ->
                    notACandidate(
                        look, credential, "no credential manager of this name is configured"));
    KnownCandidates answer = known(own, look, credential);
    Candidate chosen =
        answer
            .find(credential)
            .orElseThrow(
                () -> notACandidate(look, credential, "its manager does not have it for the two"));
    List<Candidate> matches = new ArrayList<>(answer.found());
    if (chosen.precedence() != Precedence.ITEM) {
      List<NamedProvider> others =
          managers.all().stream().filter(provider -> provider != own).toList();
      matches.addAll(ask(others, look).found());
    }
    Precedence closest =
        matches.stream().map(Candidate::precedence).min(comparing(Enum::ordinal)).orElseThrow();
    if (closest != chosen.precedence()) {
      throw notACandidate(look, credential, hiddenBy(chosen, closest));
    }
    return chosen;
  }

  /** What the manager says of this credential, and no stale answer. */
  private KnownCandidates known(NamedProvider own, Look look, CandidateId credential) {
    CandidateKey key = look.key(own);
    KnownCandidates fresh = cache.fresh(key);
    if (fresh != null && fresh.has(credential)) {
      return fresh;
    }
    // It may just have been put there.
    KnownCandidates anew = CandidateCache.await(cache.ask(key, question(own, look)));
    if (anew.failure().isPresent()) {
      throw anew.failure().get();
    }
    return anew.complete() || anew.has(credential)
        ? anew
        : KnownCandidates.whole(question(own, look).get());
  }

  private Answers ask(List<NamedProvider> providers, Look look) {
    List<Asked> asked =
        providers.stream()
            .map(one -> new Asked(one, cache.look(look.key(one), question(one, look))))
            .toList();
    Answers answers =
        new Answers(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Asked one : asked) {
      String manager = one.provider().name();
      try {
        KnownCandidates known = CandidateCache.await(one.answer());
        answers.found().addAll(known.found());
        known.failure().ifPresent(why -> answers.stale().add(stale(manager, known.at(), why)));
        if (!known.complete()) {
          answers.cut().add(manager);
        }
      } catch (PosternException e) {
        answers.silent().add(noAnswer(manager, e));
      }
    }
    answers.found().sort(order());
    return answers;
  }

  /** Of a manager that has more than is remembered, the manager itself searches. */
  private List<Candidate> searched(String manager, Look look, String search, Answers answers) {
    NamedProvider provider = managers.find(manager).orElseThrow();
    try {
      return finding.find(provider, look.person(), look.session(), look.endpoint(), search);
    } catch (PosternException e) {
      answers.silent().add(noAnswer(manager, e));
      return List.of();
    }
  }

  private Supplier<List<Candidate>> question(NamedProvider provider, Look look) {
    return () -> finding.find(provider, look.person(), look.session(), look.endpoint(), "");
  }

  /** Managers stay in the order in which the host names them. */
  private Comparator<Candidate> order() {
    List<String> names = managers.all().stream().map(NamedProvider::name).toList();
    return comparing(Candidate::precedence)
        .thenComparing(candidate -> names.indexOf(candidate.id().manager()))
        .thenComparing(Candidate::username)
        .thenComparing(candidate -> candidate.id().key());
  }

  /** An interrupt is the caller's, and no answer of a manager's. */
  private static NoAnswer noAnswer(String manager, PosternException failure) {
    if (failure.code() == ErrorCode.INTERRUPTED) {
      throw failure;
    }
    return new NoAnswer(manager, failure.code(), String.valueOf(failure.getMessage()));
  }

  private static StaleAnswer stale(String manager, long at, PosternException failure) {
    return new StaleAnswer(
        manager, Instant.ofEpochMilli(at), failure.code(), String.valueOf(failure.getMessage()));
  }

  private static HiddenCandidate hidden(Candidate candidate, Candidate first) {
    return new HiddenCandidate(
        candidate,
        first.id(),
        candidate.id() + " is not offered: " + hiddenBy(candidate, first.precedence()));
  }

  private static String hiddenBy(Candidate candidate, Precedence closest) {
    return "it was matched by "
        + candidate.precedence()
        + " and a credential matched by "
        + closest
        + " comes first";
  }

  private static boolean contains(Candidate candidate, String search) {
    return search.isEmpty()
        || contains(candidate.username(), search)
        || contains(candidate.label(), search);
  }

  private static boolean contains(String text, String search) {
    return text.toLowerCase(Locale.ROOT).contains(search.toLowerCase(Locale.ROOT));
  }

  private static PosternException notACandidate(Look look, CandidateId credential, String why) {
    return new PosternException(
        ErrorCode.CREDENTIAL_NOT_A_CANDIDATE,
        "credential "
            + credential
            + " is not valid for "
            + look.person()
            + " on '"
            + look.endpoint().name()
            + "': "
            + why
            + "; choose one of the candidates as they are now");
  }
}
