package io.postern.tck;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.CallContext;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.RotatesCredentials;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** How secrets are replaced. */
final class RotateChecks {
  private RotateChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.ROTATE_1, "afterwards there is a new secret", RotateChecks::renewed),
        new Check(SpiRule.ROTATE_2, "what got half way is finished", RotateChecks::finished),
        new Check(SpiRule.ROTATE_3, "an unknown key is NOT_FOUND", RotateChecks::unknown),
        new Check(SpiRule.ROTATE_4, "a changer that is missing is said", RotateChecks::alone),
        new Check(SpiRule.ROTATE_5, "a changer that fails is not the store", RotateChecks::blamed));
  }

  static RotatesCredentials rotating(Subject subject) throws Exception {
    RotatesCredentials rotating = Wanted.capability(subject, RotatesCredentials.class);
    Wanted.said(subject.under.rotated, "rotating");
    return rotating;
  }

  private static RotateRequest request(
      Subject subject, String key, Optional<PasswordChanger> changer, CallContext call) {
    return new RotateRequest(key, subject.under.endpoint, changer, call);
  }

  private static Credential resolve(Subject subject) throws Exception {
    return subject
        .resolve(Wanted.said(subject.under.rotated, "rotating"), subject.call(subject.under.person))
        .credential();
  }

  private static void rotate(Subject subject, RotatesCredentials rotating, RotateRequest request)
      throws Exception {
    subject.ask(
        SpiRule.ROTATE_1,
        "rotate",
        () -> {
          rotating.rotate(request);
          return "rotated";
        });
  }

  private static void renewed(Subject subject) throws Exception {
    RotatesCredentials rotating = rotating(subject);
    Credential old = resolve(subject);
    try (EndpointAccount account = new EndpointAccount()) {
      rotate(subject, rotating, request(subject, account));
      requireNew(subject, old, account, SpiRule.ROTATE_1);
    }
  }

  private static RotateRequest request(Subject subject, EndpointAccount account) {
    return request(
        subject,
        Wanted.said(subject.under.rotated, "rotating"),
        Optional.of(account),
        subject.call(subject.under.person));
  }

  private static void requireNew(
      Subject subject, Credential old, EndpointAccount account, SpiRule rule) throws Exception {
    Credential now = resolve(subject);
    if (Wanted.same(old, now)) {
      throw new RuleBroken(rule, "after rotate, resolve still gives the old secret");
    }
    Secret set = account.password();
    if (set != null && now.secrets().stream().noneMatch(secret -> secret.sameAs(set))) {
      throw new RuleBroken(
          rule, "resolve gives another secret than the one that was set at the endpoint");
    }
  }

  /** Rotates with an endpoint that fails after the change, and gives what rotate failed with. */
  private static ProviderException brokenOff(
      Subject subject,
      RotatesCredentials rotating,
      EndpointAccount account,
      RotateRequest request,
      SpiRule rule)
      throws Exception {
    account.breakOff();
    TimedCall<?> first =
        TimedCall.start(
            () -> {
              rotating.rotate(request);
              return "rotated";
            });
    if (!first.endsWithin(subject.under.patience)) {
      throw new RuleBroken(SpiRule.TIME_1, "rotate hangs; " + first.whereabouts());
    }
    Assumptions.assumeTrue(
        account.wasAsked(), "the store rotates by itself: the kit cannot break it off half way");
    if (first.thrown() == null) {
      throw new RuleBroken(rule, "the endpoint failed, and rotate did not");
    }
    return subject.inTheSet("rotate", first.thrown());
  }

  private static void blamed(Subject subject) throws Exception {
    RotatesCredentials rotating = rotating(subject);
    try (EndpointAccount account = new EndpointAccount()) {
      ProviderException failure =
          brokenOff(subject, rotating, account, request(subject, account), SpiRule.ROTATE_5);
      if (failure.failure() != Failure.ROTATION_FAILED) {
        throw new RuleBroken(
            SpiRule.ROTATE_5,
            "the changer failed, and rotate failed with " + failure.failure(),
            failure);
      }
    }
  }

  private static void finished(Subject subject) throws Exception {
    RotatesCredentials rotating = rotating(subject);
    Credential old = resolve(subject);
    try (EndpointAccount account = new EndpointAccount()) {
      RotateRequest request = request(subject, account);
      ProviderException failure = brokenOff(subject, rotating, account, request, SpiRule.ROTATE_2);
      if (failure.isWithoutEffect()) {
        throw new RuleBroken(
            SpiRule.ERR_3, "the endpoint's answer was lost, and rotate says without effect");
      }
      rotate(subject, rotating, request);
      if (!account.alwaysTheSame()) {
        throw new RuleBroken(
            SpiRule.ROTATE_2,
            "asked again, it sets another password: the endpoint, which has the first one by now,"
                + " would refuse");
      }
      requireNew(subject, old, account, SpiRule.ROTATE_2);
    }
  }

  private static void unknown(Subject subject) throws Exception {
    RotatesCredentials rotating = Wanted.capability(subject, RotatesCredentials.class);
    try (EndpointAccount account = new EndpointAccount()) {
      RotateRequest request =
          request(
              subject,
              Subject.UNKNOWN_KEY,
              Optional.of(account),
              subject.call(subject.under.person));
      subject.refused(
          SpiRule.ROTATE_3,
          "rotate of a key that is not there",
          () -> {
            rotating.rotate(request);
            return "rotated";
          },
          Failure.NOT_FOUND);
    }
  }

  private static void alone(Subject subject) throws Exception {
    RotatesCredentials rotating = rotating(subject);
    Credential old = resolve(subject);
    RotateRequest request =
        request(
            subject,
            Wanted.said(subject.under.rotated, "rotating"),
            Optional.empty(),
            subject.call(subject.under.person));
    TimedCall<?> timed =
        TimedCall.start(
            () -> {
              rotating.rotate(request);
              return "rotated";
            });
    if (!timed.endsWithin(subject.under.patience)) {
      throw new RuleBroken(SpiRule.TIME_1, "rotate hangs; " + timed.whereabouts());
    }
    Throwable thrown = timed.thrown();
    if (thrown == null) {
      return; // it needs nobody
    }
    ProviderException failure = subject.inTheSet("rotate", thrown);
    if (failure.failure() != Failure.MISCONFIGURED) {
      throw new RuleBroken(
          SpiRule.ROTATE_4, "without a changer rotate failed with " + failure.failure(), failure);
    }
    if (!Wanted.same(old, resolve(subject))) {
      throw new RuleBroken(
          SpiRule.ROTATE_4, "rotate failed without a changer, and resolve gives another secret");
    }
  }
}
