package io.postern.tck;

import io.postern.credential.Credential;
import io.postern.session.SessionId;
import io.postern.spi.CallContext;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.HearsOfSessions;
import io.postern.spi.credential.HearsOfSessions.SessionNote;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RenewsLeases.RenewRequest;
import io.postern.spi.credential.RotatesCredentials;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import io.postern.spi.credential.SignsSshCertificates;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Each call that a provider can be made, by its name: made ready while the store answers, and made
 * when it does not any more.
 */
record AnyCall(String name, Preparation preparation) {
  /** What a call needs of the store before. */
  @FunctionalInterface
  interface Preparation {
    /** Aborts the test where provider or store have none of it. */
    Ready ready(Subject subject) throws Exception;
  }

  /** Makes the call, as somebody with so much time would. */
  @FunctionalInterface
  interface Call {
    Callable<?> within(Duration left);
  }

  /**
   * A call that can be made.
   *
   * @param needsStore whether it cannot be answered without the store
   * @param after what is to be let go of when it was made
   */
  record Ready(boolean needsStore, Call call, Runnable after) implements AutoCloseable {
    static Ready of(boolean needsStore, Call call) {
      return new Ready(needsStore, call, () -> {});
    }

    @Override
    public void close() {
      after.run();
    }
  }

  static List<AnyCall> all() {
    return List.of(
        new AnyCall("find", AnyCall::find),
        new AnyCall("resolve", subject -> resolve(subject, "conformance")),
        new AnyCall("resolve for a view", subject -> resolve(subject, "view")),
        new AnyCall("release", AnyCall::release),
        new AnyCall("check-out", AnyCall::checkOut),
        new AnyCall("check-in", AnyCall::checkIn),
        new AnyCall("renew", AnyCall::renew),
        new AnyCall("rotate", AnyCall::rotate),
        new AnyCall("sign", AnyCall::sign),
        new AnyCall("note of a session's start", subject -> note(subject, true)),
        new AnyCall("note of a session's end", subject -> note(subject, false)));
  }

  private static CallContext context(Subject subject, Duration left) {
    return subject.until(subject.under.person, "kit-call-timed", left);
  }

  private static Ready find(Subject subject) throws Exception {
    subject.found();
    CredentialProvider provider = subject.provider();
    return Ready.of(
        true,
        left ->
            () ->
                provider.find(new FindRequest(subject.under.endpoint, "", context(subject, left))));
  }

  private static Ready resolve(Subject subject, String purpose) throws Exception {
    FoundCredential one = Wanted.onePlain(subject);
    CredentialProvider provider = subject.provider();
    return Ready.of(
        true,
        left ->
            () -> {
              CallContext call = context(subject, left);
              CallContext purposeful =
                  new CallContext(
                      call.person(),
                      call.session(),
                      call.item(),
                      purpose,
                      call.callId(),
                      call.deadline());
              return provider.resolve(
                  subject.resolving(one.key(), subject.under.endpoint, purposeful));
            });
  }

  /** Rather of something with a lease: where nothing is kept, there is nothing to ask. */
  private static Ready release(Subject subject) throws Exception {
    CredentialProvider provider = subject.provider();
    ReleaseRequest owed = null;
    for (FoundCredential one : Wanted.plain(subject)) {
      if (owed == null || owed.leaseReference().isEmpty()) {
        CallContext call = subject.call(subject.under.person);
        String reference = subject.resolve(one.key(), call).lease().reference();
        owed = new ReleaseRequest(one.key(), reference, call);
      }
    }
    ReleaseRequest request = java.util.Objects.requireNonNull(owed);
    return Ready.of(
        !request.leaseReference().isEmpty(),
        left ->
            () -> {
              provider.release(within(subject, request, left));
              return "released";
            });
  }

  private static ReleaseRequest within(Subject subject, ReleaseRequest request, Duration left) {
    return new ReleaseRequest(
        request.key(),
        request.leaseReference(),
        subject.until(request.call().person(), request.call().callId(), left));
  }

  private static Ready checkOut(Subject subject) throws Exception {
    ChecksOutAccounts checking = Wanted.capability(subject, ChecksOutAccounts.class);
    String key = Wanted.exclusive(subject).key();
    return Ready.of(
        true, left -> () -> checking.checkOut(subject.checkingOut(key, context(subject, left))));
  }

  private static Ready checkIn(Subject subject) throws Exception {
    ChecksOutAccounts checking = Wanted.capability(subject, ChecksOutAccounts.class);
    String key = Wanted.exclusive(subject).key();
    CallContext call = subject.call(subject.under.person);
    String what = "check-out";
    String reference =
        subject
            .lent(
                what,
                key,
                call,
                subject.ask(
                    SpiRule.OUT_1, what, () -> checking.checkOut(subject.checkingOut(key, call))))
            .lease()
            .reference();
    ReleaseRequest request = new ReleaseRequest(key, reference, call);
    return Ready.of(
        true,
        left ->
            () -> {
              checking.checkIn(within(subject, request, left));
              return "checked in";
            });
  }

  private static Ready renew(Subject subject) throws Exception {
    RenewChecks.Renewable one = RenewChecks.renewable(subject);
    return Ready.of(
        true,
        left ->
            () ->
                one.renewing()
                    .renew(
                        new RenewRequest(
                            one.key(),
                            one.lease().reference(),
                            subject.clock.instant().plus(Duration.ofHours(1)),
                            subject.until(subject.under.person, one.call().callId(), left))));
  }

  private static Ready rotate(Subject subject) throws Exception {
    RotatesCredentials rotating = RotateChecks.rotating(subject);
    String key = Wanted.said(subject.under.rotated, "rotating");
    Credential one = subject.resolve(key, subject.call(subject.under.person)).credential();
    Credential other = subject.resolve(key, subject.call(subject.under.person)).credential();
    EndpointAccount account = new EndpointAccount();
    return new Ready(
        // Where each resolve has a secret made, there is none that could be replaced.
        Wanted.same(one, other),
        left ->
            () -> {
              rotating.rotate(
                  new RotateRequest(
                      key, subject.under.endpoint, Optional.of(account), context(subject, left)));
              return "rotated";
            },
        account::close);
  }

  private static Ready sign(Subject subject) throws Exception {
    SignsSshCertificates signing = Wanted.capability(subject, SignsSshCertificates.class);
    String key = Wanted.signed(subject).key();
    byte[] raw = SignChecks.newPublicKey();
    return Ready.of(
        true,
        left -> () -> signing.sign(SignChecks.request(subject, key, raw, context(subject, left))));
  }

  /** Whatever it does about it: rule HEAR-1 is of what it throws. */
  private static Ready note(Subject subject, boolean start) throws Exception {
    HearsOfSessions hears = Wanted.capability(subject, HearsOfSessions.class);
    String key = subject.found().stream().map(FoundCredential::key).findFirst().orElse("");
    if (!start) {
      hears.sessionStarted(note(subject, key, subject.call(subject.under.person)));
    }
    return Ready.of(
        false,
        left ->
            () -> {
              SessionNote note = note(subject, key, context(subject, left));
              try {
                if (start) {
                  hears.sessionStarted(note);
                } else {
                  hears.sessionEnded(note);
                }
              } catch (RuntimeException e) {
                subject.leaks.heard(SpiRule.LEAK_2, "what a note of a session threw", e);
              }
              return "heard";
            });
  }

  private static SessionNote note(Subject subject, String key, CallContext call) {
    return new SessionNote(
        key,
        subject.under.endpoint,
        new CallContext(
            call.person(),
            Optional.of(SessionId.of("kit-session")),
            call.item(),
            call.purpose(),
            call.callId(),
            call.deadline()));
  }
}
