package io.postern.core.credential;

import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.SignsSshCertificates;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a plug-in answered to the question what it finds, and what is wrong with it. The doctor says
 * of a plug-in what a host would.
 *
 * @param found what can be used of it
 * @param fault why a host takes none of it; empty when it does
 */
record FoundAnswer(List<FoundCredential> found, Optional<String> fault) {
  /** More than any store has for one person and endpoint; a list may have no end (figure G37). */
  static final int MOST_FOUND = 10_000;

  FoundAnswer {
    found = List.copyOf(found);
  }

  /**
   * Looks at an answer, as far as its first fault.
   *
   * @param answer as it came, from the plug-in's own code
   * @param can whether the plug-in has a capability
   */
  static FoundAnswer of(@Nullable List<FoundCredential> answer, Predicate<Class<?>> can) {
    if (answer == null) {
      return new FoundAnswer(List.of(), Optional.of("what it found was null"));
    }
    Set<String> keys = new HashSet<>();
    List<FoundCredential> found = new ArrayList<>();
    for (@Nullable FoundCredential one : answer) {
      Optional<String> fault =
          found.size() == MOST_FOUND
              ? Optional.of(
                  "it found more than " + MOST_FOUND + " credentials for one person and endpoint")
              : fault(one, keys, can);
      if (one == null || fault.isPresent()) {
        return new FoundAnswer(found, fault);
      }
      found.add(one);
    }
    return new FoundAnswer(found, Optional.empty());
  }

  private static Optional<String> fault(
      @Nullable FoundCredential one, Set<String> keys, Predicate<Class<?>> can) {
    if (one == null) {
      return Optional.of("it found a null");
    }
    if (one.username().isBlank() || !keys.add(one.key())) {
      return Optional.of("it found '" + one.key() + "' twice or without a user name");
    }
    if (one.isSignedOnUse() && !can.test(SignsSshCertificates.class)) {
      return Optional.of("it found '" + one.key() + "' to be signed on use and cannot sign");
    }
    // Lent as if it were not, it would be everybody's at the same time.
    return one.isExclusive() && !can.test(ChecksOutAccounts.class)
        ? Optional.of("it found '" + one.key() + "' to be exclusive and cannot check out")
        : Optional.empty();
  }
}
