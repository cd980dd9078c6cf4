package io.postern.tck;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FoundCredential;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** What tests need of a store, or else are aborted with the line that is wanted. */
final class Wanted {
  private Wanted() {}

  /** Credentials that are resolved as they are. */
  static List<FoundCredential> plain(Subject subject) throws Exception {
    return some(
        subject,
        one -> !one.isExclusive() && !one.isSignedOnUse(),
        "none of the credentials found can be resolved as it is; give the store one");
  }

  static FoundCredential onePlain(Subject subject) throws Exception {
    return plain(subject).get(0);
  }

  static FoundCredential exclusive(Subject subject) throws Exception {
    return some(
            subject,
            FoundCredential::isExclusive,
            "none of the credentials found is exclusive; give the store one, or see to it in"
                + " another subclass")
        .get(0);
  }

  static FoundCredential signed(Subject subject) throws Exception {
    return some(
            subject,
            FoundCredential::isSignedOnUse,
            "none of the credentials found is signed on use; give the store one, or see to it in"
                + " another subclass")
        .get(0);
  }

  private static List<FoundCredential> some(
      Subject subject, Predicate<FoundCredential> which, String otherwise) throws Exception {
    List<FoundCredential> some = subject.found().stream().filter(which).toList();
    Assumptions.assumeFalse(some.isEmpty(), otherwise);
    return some;
  }

  /** The provider as one of its capabilities; a test of one that it has not is aborted. */
  static <C> C capability(Subject subject, Class<C> capability) throws Exception {
    CredentialProvider provider = subject.provider();
    Assumptions.assumeTrue(
        capability.isInstance(provider), "it does not implement " + capability.getSimpleName());
    return capability.cast(provider);
  }

  static Endpoint elsewhere(Subject subject) {
    Assumptions.assumeFalse(subject.under.everywhere, "said to be the same everywhere");
    return said(subject.under.elsewhere, "notAt, or sameEverywhere");
  }

  static Person stranger(Subject subject) {
    Assumptions.assumeFalse(subject.under.forEverybody, "said to be the same for everybody");
    return said(subject.under.stranger, "notFor, or sameForEverybody");
  }

  /** What the vendor said, or an abortion that names the line which is missing. */
  static <T> T said(@Nullable T line, String name) {
    if (line == null) {
      Assumptions.abort("say ProviderUnderTest." + name + " to have this looked at");
    }
    return line;
  }

  /**
   * Aborts where something was lent under a lease and the store's own count was not said: only that
   * shows whether it was given back.
   */
  static void counted(Subject subject, boolean leased) {
    if (leased) {
      said(subject.under.outstanding, "outstanding");
    }
  }

  static void cut(Subject subject) throws Exception {
    said(subject.under.cut, "cutBy").run();
  }

  static void mend(Subject subject) throws Exception {
    said(subject.under.mend, "cutBy").run();
  }

  /** Whether both consist of the same secrets. */
  static boolean same(Credential one, Credential other) {
    List<Secret> mine = one.secrets();
    List<Secret> theirs = other.secrets();
    for (int i = 0; i < mine.size() && i < theirs.size(); i++) {
      if (!mine.get(i).sameAs(theirs.get(i))) {
        return false;
      }
    }
    return mine.size() == theirs.size();
  }

  static List<String> keys(List<FoundCredential> found) {
    return found.stream().map(FoundCredential::key).toList();
  }
}
