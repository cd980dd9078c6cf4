package io.postern.tck;

import io.postern.spi.CallContext;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ReleaseRequest;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;

/** How what was lent is given back. */
final class ReleaseChecks {
  private ReleaseChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            SpiRule.RELEASE_1, "it is taken back, and the second time too", ReleaseChecks::twice),
        new Check(SpiRule.RELEASE_2, "what is not known is taken back", ReleaseChecks::unknown),
        new Check(SpiRule.RELEASE_3, "a lost reference is made up for", ReleaseChecks::lost),
        new Check(SpiRule.RELEASE_4, "no answer is no release", ReleaseChecks::cut));
  }

  private static void twice(Subject subject) throws Exception {
    boolean leased = false;
    for (FoundCredential one : Wanted.plain(subject)) {
      OptionalInt before = subject.under.outstandingNow();
      CallContext call = subject.call(subject.under.person);
      String reference = subject.resolve(one.key(), call).lease().reference();
      subject.release(one.key(), reference, call, SpiRule.RELEASE_1);
      requireAsBefore(subject, before, SpiRule.RELEASE_1, "release");
      subject.release(one.key(), reference, call, SpiRule.RELEASE_1);
      requireAsBefore(subject, before, SpiRule.RELEASE_1, "a second release");
      leased |= !reference.isEmpty();
    }
    Wanted.counted(subject, leased);
  }

  private static void requireAsBefore(
      Subject subject, OptionalInt before, SpiRule rule, String what) {
    OptionalInt now = subject.under.outstandingNow();
    if (!now.equals(before)) {
      throw new RuleBroken(
          rule,
          "after "
              + what
              + " the store counts "
              + now.orElse(0)
              + " as not given back, and "
              + before.orElse(0)
              + " before it was lent");
    }
  }

  private static void unknown(Subject subject) throws Exception {
    for (FoundCredential one : Wanted.plain(subject)) {
      CallContext call = subject.call(subject.under.person);
      String reference = subject.resolve(one.key(), call).lease().reference();
      CallContext never = subject.call(subject.under.person);
      if (!reference.isEmpty()) {
        subject.release(one.key(), reference + "0", never, SpiRule.RELEASE_2);
      }
      subject.release(one.key(), "", never, SpiRule.RELEASE_2);
    }
  }

  private static void lost(Subject subject) throws Exception {
    boolean leased = false;
    for (FoundCredential one : Wanted.plain(subject)) {
      OptionalInt before = subject.under.outstandingNow();
      CallContext call = subject.call(subject.under.person);
      leased |= !subject.resolve(one.key(), call).lease().reference().isEmpty();
      subject.release(one.key(), "", call, SpiRule.RELEASE_3);
      requireAsBefore(subject, before, SpiRule.RELEASE_3, "release by call id");
    }
    Wanted.counted(subject, leased);
  }

  private static void cut(Subject subject) throws Exception {
    for (FoundCredential one : Wanted.plain(subject)) {
      CallContext call = subject.call(subject.under.person);
      String reference = subject.resolve(one.key(), call).lease().reference();
      if (!reference.isEmpty()) {
        Wanted.cut(subject);
        subject.refused(
            SpiRule.RELEASE_4,
            "release, with the store out of reach,",
            () -> {
              subject.provider().release(new ReleaseRequest(one.key(), reference, call));
              return "released";
            });
        return;
      }
    }
    Assumptions.abort("nothing is kept of what was lent, so there is nothing to fail");
  }
}
