package io.postern.tck;

import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ProviderException.Failure;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is found, and what is not. */
final class FindChecks {
  private FindChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.FIND_1, "what fits is found", FindChecks::something),
        new Check(SpiRule.FIND_2, "keys are distinct", FindChecks::distinct),
        new Check(SpiRule.FIND_3, "keys stay the same", FindChecks::stable),
        new Check(SpiRule.FIND_4, "no answer is no empty list", FindChecks::cut),
        new Check(SpiRule.FIND_5, "other endpoints' are not found", FindChecks::elsewhere),
        new Check(SpiRule.FIND_6, "other people's are not found", FindChecks::stranger),
        new Check(SpiRule.FIND_7, "a search narrows it down", FindChecks::search));
  }

  static FindRequest request(Subject subject) {
    return request(subject, subject.under.person, subject.under.endpoint, "");
  }

  private static FindRequest request(
      Subject subject, Person person, Endpoint endpoint, String search) {
    return new FindRequest(endpoint, search, subject.call(person));
  }

  private static void something(Subject subject) throws Exception {
    if (subject.found().isEmpty()) {
      throw new RuleBroken(
          SpiRule.FIND_1,
          "nothing was found for "
              + subject.under.person.id()
              + " at "
              + subject.under.endpoint.name()
              + ", where this test says that something fits");
    }
  }

  private static void distinct(Subject subject) throws Exception {
    List<String> keys = Wanted.keys(subject.found());
    if (new HashSet<>(keys).size() < keys.size()) {
      throw new RuleBroken(SpiRule.FIND_2, "a key occurs twice in " + keys);
    }
  }

  private static void stable(Subject subject) throws Exception {
    Set<String> keys = Set.copyOf(Wanted.keys(subject.found()));
    Set<String> again = Set.copyOf(Wanted.keys(subject.found()));
    Set<String> elsewhere =
        Set.copyOf(
            Wanted.keys(
                subject.find(subject.make(), subject.under.person, subject.under.endpoint, "")));
    if (!keys.equals(again) || !keys.equals(elsewhere)) {
      throw new RuleBroken(
          SpiRule.FIND_3,
          "first " + keys + ", then " + again + ", and by another instance " + elsewhere);
    }
  }

  private static void cut(Subject subject) throws Exception {
    subject.found(); // what is remembered of it is no answer either
    Wanted.cut(subject);
    subject.refused(
        SpiRule.FIND_4,
        "find, with the store out of reach,",
        () -> subject.provider().find(request(subject)),
        Failure.UNAVAILABLE,
        Failure.TIMED_OUT);
  }

  private static void elsewhere(Subject subject) throws Exception {
    Endpoint other = Wanted.elsewhere(subject);
    requireNone(
        subject,
        SpiRule.FIND_5,
        request(subject, subject.under.person, other, ""),
        "endpoint " + other.name());
  }

  private static void stranger(Subject subject) throws Exception {
    Person other = Wanted.stranger(subject);
    requireNone(
        subject,
        SpiRule.FIND_6,
        request(subject, other, subject.under.endpoint, ""),
        "person " + other.id());
  }

  private static void requireNone(Subject subject, SpiRule rule, FindRequest request, String whose)
      throws Exception {
    Set<String> home = Set.copyOf(Wanted.keys(subject.found()));
    List<FoundCredential> there =
        subject.heard(
            subject.ask(rule, "find for " + whose, () -> subject.provider().find(request)));
    List<String> both = Wanted.keys(there).stream().filter(home::contains).toList();
    if (!both.isEmpty()) {
      throw new RuleBroken(rule, "for " + whose + ", whom they do not fit, it found " + both);
    }
  }

  private static void search(Subject subject) throws Exception {
    List<FoundCredential> all = subject.found();
    if (all.isEmpty()) {
      something(subject);
    }
    FoundCredential one = all.get(0);
    for (String text : List.of(one.username(), one.label())) {
      for (String search : List.of(text, text.toUpperCase(Locale.ROOT), middle(text))) {
        requireExactly(subject, all, search);
      }
    }
    requireExactly(subject, all, "no-such-user-name-or-label");
  }

  private static String middle(String text) {
    return text.substring(text.length() / 3, text.length() - text.length() / 3);
  }

  private static void requireExactly(Subject subject, List<FoundCredential> all, String search)
      throws Exception {
    String folded = search.toLowerCase(Locale.ROOT);
    List<String> expected =
        Wanted.keys(
            all.stream()
                .filter(
                    one ->
                        one.username().toLowerCase(Locale.ROOT).contains(folded)
                            || one.label().toLowerCase(Locale.ROOT).contains(folded))
                .toList());
    List<String> actual =
        Wanted.keys(
            subject.find(subject.provider(), subject.under.person, subject.under.endpoint, search));
    if (!Set.copyOf(actual).equals(Set.copyOf(expected))) {
      throw new RuleBroken(
          SpiRule.FIND_7, "a search for '" + search + "' found " + actual + ", not " + expected);
    }
  }
}
