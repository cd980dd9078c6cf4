package io.postern.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.Access;
import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.approval.AccessRequest;
import io.postern.approval.DecisionToken;
import io.postern.approval.EmailedDecision;
import io.postern.approval.RequestStatus;
import io.postern.audit.AuditCheck;
import io.postern.audit.AuditEntry;
import io.postern.audit.AuditQuery;
import io.postern.core.PosternBuilder;
import io.postern.credential.Candidate;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.CredentialViews;
import io.postern.credential.Credentials;
import io.postern.credential.HiddenCandidate;
import io.postern.credential.Lease;
import io.postern.credential.Secret;
import io.postern.credential.StaleAnswer;
import io.postern.credential.Viewing;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.Catalog;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.Occupancy;
import io.postern.jump.SessionPolicyId;
import io.postern.notice.Notice;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.notifier.Notifier;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's samples of what comes after the first session, run against a real SSH server. */
class GuideOperationsTest {
  /** What goes out by mail. */
  private record Mail(String address, String subject, String text) {}

  @TempDir Path folder;

  private final JumpItemId ordersDb = JumpItemId.of("orders-db");
  private final JumpItemId billingDb = JumpItemId.of("billing-db");
  private final BlockingQueue<Mail> mails = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> pager = new LinkedBlockingQueue<>();
  private final Map<Long, String> siem = new ConcurrentHashMap<>();
  private SampleSite site;
  private Postern postern;

  @BeforeEach
  void open() throws Exception {
    Path directory = folder.resolve("postern");
    PersonDirectory people =
        PersonDirectory.of(
            Person.named("maya", "Maya Ito")
                .email("maya@example.org")
                .memberOf("ops")
                .with(Privilege.CHECK_OUT_ACCOUNTS)
                .build(),
            Person.named("noor", "Noor Aziz")
                .email("noor@example.org")
                .memberOf("approvers")
                .build(),
            Person.named("ada", "Ada Lund").with(Privilege.values()).build());
    site = SampleSite.open(folder);
    site.describeItems(directory, people);
    PosternBuilder builder =
        PosternBuilder.create()
            .people(people)
            .dataFolder(directory)
            .connector("ssh")
            .credentialManager("site-vault", "encrypted-file", site.vaultSettings());
    // region alarms
    builder.alarmListener(alarm -> pager.add(alarm.text())); // a call to look; the record is owed()
    // endregion
    // region events
    builder.eventListener(
        "siem", // by which the store knows how far it has come
        event -> {
          AuditEntry entry = event.entry(); // who, what, when, from which state to which, why
          siem.put(event.position(), entry.actor() + " " + entry.action()); // safe to do twice
        });
    // endregion
    postern =
        // region host-gives
        builder
            .notifier(mailer()) // for people who are not on your pages
            .passwordChanger(change -> site.setPassword(change.username(), change.next()))
            .build();
    // endregion
  }

  @AfterEach
  void close() throws Exception {
    postern.close();
    site.close();
  }

  private Notifier mailer() {
    // region notifier
    Notifier mailer =
        delivery -> {
          String link =
              delivery
                  .decision()
                  .map(token -> "\nDecide: https://portal.example.org/decide#" + token.value())
                  .orElse("");
          mails.add(new Mail(delivery.email(), delivery.subject(), delivery.text() + link));
        };
    // endregion
    return mailer;
  }

  /** What a page behind the link would read from its address. */
  private String tokenMailedTo(String address) throws InterruptedException {
    Mail mail;
    do {
      mail = mails.poll(30, TimeUnit.SECONDS);
      assertThat(mail).as("mail to %s", address).isNotNull();
    } while (!mail.address().equals(address) || !mail.text().contains("decide#"));
    return mail.text().substring(mail.text().indexOf("decide#") + "decide#".length());
  }

  /** An item of which one session at a time is let in, at once, and whose password changes. */
  private void describeBilling() {
    int port = site.port();
    // region exclusive
    Catalog catalog = postern.as("ada").catalog();
    catalog.save(
        JumpPolicy.named("at-once")
            .extendable(1, Duration.ofMinutes(30))
            .rotatingAfterUse() // the password that was lent is worth nothing afterwards
            .build());
    catalog.save(
        JumpItem.ssh("billing-db", "127.0.0.1", port)
            .in(JumpGroupId.of("databases"))
            .terms(JumpPolicyId.of("at-once"))
            .allowing(SessionPolicyId.of("recorded-work"))
            .occupancy(Occupancy.exclusive(Duration.ofMinutes(10))) // one session, then cleanup
            .build());
    catalog.enrolHostKey(JumpItemId.of("billing-db"));
    // endregion
    site.keepExclusive("billing-app", "billing-db");
  }

  private Session startBilling() {
    return postern
        .as("maya")
        .sessions()
        .start(billingDb, ask -> ask.reason("close the month"))
        .awaitAvailable(Duration.ofMinutes(1));
  }

  @Test
  void emailedDecision_letsIn() throws Exception {
    postern
        .as("ada")
        .catalog()
        .save(
            // region by-email
            JumpPolicy.named("ask-first")
                .approval(
                    ApprovalTerms.by(
                            Approver.group("approvers"), Approver.email("lee@partner.example"))
                        .needing(1)
                        .decidedWithin(Duration.ofHours(4)))
                .build()
            // endregion
            );
    Session session = postern.as("maya").sessions().start(ordersDb, ask -> ask.reason("INC-1"));
    String tokenFromTheLink = tokenMailedTo("lee@partner.example");
    // region decide
    EmailedDecision decision = postern.emailedDecision(new DecisionToken(tokenFromTheLink));
    AccessRequest asked = decision.request(); // show it; decide when a button is pressed
    decision.approve("fine with us");
    // endregion
    assertThat(asked.reason()).isEqualTo("INC-1");
    session.awaitAvailable(Duration.ofMinutes(1));
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(() -> postern.emailedDecision(new DecisionToken(tokenFromTheLink)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DECISION_TOKEN_INVALID));

    // region inbox
    Access maya = postern.as("maya");
    for (Notice notice : maya.inbox().unread(PageRequest.first())) {
      System.out.println(notice.subject());
      maya.inbox().markRead(notice.id());
    }
    // endregion
    assertThat(maya.inbox().unread(PageRequest.first())).isEmpty();
    assertThat(maya.inbox().list(PageRequest.first()))
        .extracting(Notice::kind)
        .contains(Notice.Kind.REQUEST_APPROVED);
    assertThat(maya.approvals().mine(PageRequest.first()).only().status())
        .isEqualTo(RequestStatus.APPROVED);
    session.end();
  }

  @Test
  void exclusiveItem_isExtendedAndRotated() {
    describeBilling();
    Session session = startBilling();
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(this::startBilling)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.RESERVED));

    try (Connection live = session.connect()) {
      live.run("true");
      Instant before = ((SessionState.Active) session.detail().state()).until();
      // region extend
      Instant until = session.extend(Duration.ofMinutes(30)); // connections go on
      // endregion
      assertThat(until).isEqualTo(before.plus(Duration.ofMinutes(30)));
    }
    assertThat(site.isPassword("sample-password-of-nobody")).isTrue();
    // region release
    session.release(); // ends it and gives the rest of the reservation to others
    // endregion
    assertThat(site.isPassword("sample-password-of-nobody")).isFalse();

    // region owed
    for (Lease lease : postern.as("ada").credentials().owed(PageRequest.first())) {
      System.out.println(lease.credential() + ": " + lease.lastFailure()); // tried again by itself
    }
    // endregion
    assertThat(postern.as("ada").credentials().owed(PageRequest.first())).isEmpty();
    // region given-up
    Credentials credentials = postern.as("ada").credentials();
    for (Lease lease : credentials.owed(PageRequest.first())) {
      if (lease.state() == Lease.State.IRREVOCABLE) {
        credentials.retry(lease.id()); // or, done by hand: settled(lease.id(), "what was done")
      }
    }
    // endregion
    assertThat(pager).isEmpty();
  }

  @Test
  void checkedOutAccount_isTakenAndGivenBack() {
    describeBilling();
    // region check-out
    Access maya = postern.as("maya"); // with Privilege.CHECK_OUT_ACCOUNTS
    Candidate account = maya.credentials().candidates(billingDb, "").found().get(0);
    Lease lease = maya.credentials().checkOut(billingDb, account.id(), Duration.ofHours(1));
    // until it is checked in, or an hour has passed, nobody else gets this account
    maya.credentials().checkIn(lease.id());
    // endregion
    assertThat(account.exclusive()).isTrue();
    assertThat(lease.state()).isEqualTo(Lease.State.HELD);
    assertThat(maya.credentials().held(PageRequest.first())).isEmpty();
  }

  @Test
  void candidates_sayWhatIsStaleAndWhatIsHidden() {
    describeBilling();
    // region candidates
    Candidates candidates = postern.as("maya").credentials().candidates(billingDb);
    for (StaleAnswer old : candidates.stale()) {
      System.out.println(old.manager() + " as of " + old.since() + ": " + old.text());
    }
    for (HiddenCandidate hidden : candidates.hidden()) {
      System.out.println(hidden.why()); // matched by the whole site, while one is for this item
    }
    // endregion
    assertThat(candidates.found()).hasSize(1);
    assertThat(candidates.stale()).isEmpty();
  }

  /** Stands for whatever shows a person something, without making a text of it. */
  private static final class Page {
    private int shown;

    private int show(ByteBuffer bytes) {
      shown = bytes.remaining();
      return shown;
    }
  }

  @Test
  void password_isLookedAtAndChangedAfterwards() {
    describeBilling();
    Catalog catalog = postern.as("ada").catalog();
    // region viewable
    catalog.save(
        JumpPolicy.named("at-once")
            .viewable(Duration.ofMinutes(2)) // not together with approval: a look asks nobody
            .build());
    // endregion
    CandidateId account = new CandidateId("site-vault", "billing-app");
    Page page = new Page();
    // region view
    Credentials credentials = postern.as("ada").credentials(); // with Privilege.VIEW_SECRETS
    try (Viewing look = credentials.view(billingDb, account, "INC-4711, console log-on")) {
      Secret password = look.credential().secrets().get(0);
      password.use(bytes -> page.show(bytes)); // from within the callback; keep no copy
    } // wiped, given back, rotated
    // endregion
    // region views
    for (CredentialViews views : credentials.views(account)) {
      System.out.println(
          views.viewer() + " looked " + views.times() + " times, last " + views.last());
    }
    // endregion
    assertThat(page.shown).isPositive();
    assertThat(site.isPassword("sample-password-of-nobody")).isFalse();
    assertThat(credentials.views(account)).hasSize(1);
    assertThat(credentials.held(PageRequest.first())).isEmpty();
  }

  @Test
  void frozenSession_passesNothing() {
    describeBilling();
    Session session = startBilling();
    try (Connection live = session.connect()) {
      // region freeze
      Session watched = postern.as("ada").sessions().find(session.id());
      watched.freeze("please call the control room"); // nothing passes any more
      // endregion
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(() -> live.run("true"))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_FROZEN));
      // region unfreeze
      watched.unfreeze(); // or watched.end()
      // endregion
      assertThat(live.run("true").exitStatus()).hasValue(0);
    }
    session.end();

    String sessionId = session.id().value();
    List<AuditEntry> seen = new ArrayList<>();
    // region audit
    Access ada = postern.as("ada"); // with Privilege.READ_AUDIT
    AuditQuery query = AuditQuery.all().about("session:" + sessionId);
    for (AuditEntry entry : ada.audit().list(query, PageRequest.first())) {
      System.out.println(entry.at() + " " + entry.actor() + " " + entry.action());
      seen.add(entry);
    }
    AuditCheck chain = ada.audit().verify(); // keep chain.head() elsewhere
    // endregion
    assertThat(seen).extracting(AuditEntry::actor).contains("maya", "ada");
    assertThat(chain.intact()).isTrue();
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!siem.containsValue("ada session.frozen")) {
      assertThat(System.nanoTime()).as("told in time").isLessThan(patience);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
