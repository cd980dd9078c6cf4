package io.postern.examples.quickstart;

import io.postern.Access;
import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.approval.AccessRequest;
import io.postern.audit.AuditCheck;
import io.postern.audit.AuditQuery;
import io.postern.core.PosternBuilder;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.credential.file.CredentialEntry;
import io.postern.credential.file.EncryptedCredentialFile;
import io.postern.credential.file.FileKey;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.Catalog;
import io.postern.jump.HostKey;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.Occupancy;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.jump.Terms;
import io.postern.notice.Notice;
import io.postern.recording.Recording;
import io.postern.recording.RecordingCheck;
import io.postern.session.CommandResult;
import io.postern.session.Connection;
import io.postern.session.RemoteFiles.Transfer;
import io.postern.session.Session;
import io.postern.session.SessionReport;
import io.postern.session.SessionState;
import io.postern.session.Shell;
import io.postern.session.ShellOutput;
import io.postern.session.Tool;
import io.postern.spi.Settings;
import io.postern.text.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A whole session, from the ask to the sealed end, on your own machine: read {@link #play} from top
 * to bottom, and follow the acts in their order.
 *
 * <p>Run it with {@code ./mvnw -q -Pquickstart}; README.md says what can be said with {@code -D}.
 */
public final class Quickstart {
  private static final String REASON = "INC-4711: orders are stuck since nine o'clock";

  private final Options options;
  private final Terminal terminal;
  private final Narrator narrator;

  Quickstart(Options options, Terminal terminal, Narrator narrator) {
    this.options = options;
    this.terminal = terminal;
    this.narrator = narrator;
  }

  /** Runs inside Maven, so it must leave no thread behind, and never calls System.exit. */
  public static void main(String[] args) throws IOException {
    Terminal terminal = Terminal.ofThisProcess();
    Narrator narrator = new Narrator(System.out, terminal.isThere());
    try {
      new Quickstart(Options.of(System.getProperties(), terminal.isThere()), terminal, narrator)
          .play();
    } catch (PosternException e) {
      // Every failure of Postern has a code for programs and a text for people.
      throw narrator.endsEarly(e);
    }
  }

  /** The story. Everything it opens is closed again, in reverse order, whatever happens. */
  void play() throws IOException {
    narrator.title("Postern: a privileged session, from the ask to the sealed end");
    try (Folder folder = Folder.fresh(options.folder());
        Place place = options.host().isEmpty() ? anEndpoint(folder) : theirEndpoint();
        Secret passphrase = RandomSecret.ofCharacters(32);
        EncryptedCredentialFile vault = aVault(folder, passphrase);
        Postern postern = aPostern(folder, place, passphrase)) {

      // Every call is made as one person. The host has authenticated them; Postern judges them.
      Access ada = postern.as(People.ADA);
      Access maya = postern.as(People.MAYA);
      Access noor = postern.as(People.NOOR);

      adaDescribesTheEndpoint(ada.catalog(), place);
      theCredentialGoesIntoTheVault(place, vault);

      Session session = mayaAsks(maya, place.item());
      noorApproves(noor);
      mayaIsTold(maya, session);

      try (Connection live = mayaConnects(session, place)) {
        mayaRunsCommands(live);
        String note = mayaSendsAFile(live, folder, place);
        try {
          mayaUsesAShell(live, note);
          mayaFetchesTheFile(live, folder, note);
        } finally {
          mayaRemovesTheFile(live, note);
        }
        mayaExtends(session);
      }
      mayaEnds(session);

      theCredentialWasReturned(ada, place);
      List<Recording> recordings = adaVerifies(ada, session);
      adaKeepsTheEvidence(ada, session, recordings, folder);
    }
    narrator.end("Everything is closed: no connection, no thread and no process is left.");
  }

  // ---- Before the session: an endpoint, a vault, and Postern between them --------------------

  /** Without -Dhost: an SSH server of our own, whose account has a password that nobody knows. */
  private Place anEndpoint(Folder folder) throws IOException {
    narrator.act("An endpoint");
    ExampleServer server = ExampleServer.start(folder.endpoint());
    narrator.tells(
        "Server",
        "inside this example, real SSH on %s:%d, with a real /bin/sh behind it.",
        server.host(),
        server.port());
    narrator.tells(
        "Server",
        "account '%s' has a random password that nobody has seen, or will.",
        server.account());
    return server;
  }

  /** With -Dhost: a server that is somebody's. */
  private Place theirEndpoint() {
    narrator.act("An endpoint");
    RealServer server = new RealServer(options, terminal);
    narrator.tells("You", "name the account '%s' of %s.", server.account(), server.address());
    return server;
  }

  /** Credentials live in a manager: a plug-in. This one keeps them in one encrypted file. */
  private EncryptedCredentialFile aVault(Folder folder, Secret passphrase) {
    narrator.act("A vault, and Postern");
    Path file = folder.credentials();
    EncryptedCredentialFile vault =
        EncryptedCredentialFile.create(file, FileKey.passphrase(passphrase));
    narrator.tells("Vault", "an encrypted file under a random passphrase: %s", file.getFileName());
    return vault;
  }

  /** Postern is a library: this is all that it takes. Nothing runs unless it is named here. */
  private Postern aPostern(Folder folder, Place place, Secret passphrase) {
    PosternBuilder builder =
        PosternBuilder.create()
            .people(People.directory())
            .dataFolder(folder.store()) // no data source given: an embedded SQLite file
            .recordings(folder.recordings())
            .connector("ssh")
            .credentialManager(
                "vault",
                "encrypted-file",
                Settings.with("file", folder.credentials()).and("passphrase", passphrase.copy()));
    // The file only keeps passwords. Somebody has to change them at the endpoint: the host.
    place.passwordChanger().ifPresent(builder::passwordChanger);
    Postern postern = builder.build();
    narrator.tells(
        "Postern", "opens in this process: store, recordings, SSH connector, vault plug-in.");
    return postern;
  }

  /** An administrator says what there is, who may go there, and on which terms. */
  private void adaDescribesTheEndpoint(Catalog catalog, Place place) {
    narrator.act("Ada, who administers, describes the endpoint");
    catalog.save(JumpGroup.of("databases").with(People.OPERATORS, JumpPermission.START));
    catalog.save(termsOfEntry(place));
    catalog.save(
        SessionPolicy.named("all-tools-recorded")
            .allow(Tool.COMMANDS, Tool.SHELL, Tool.LIST_FILES, Tool.UPLOAD, Tool.DOWNLOAD)
            .recorded());
    catalog.save(
        JumpItem.ssh(place.item().value(), place.host(), place.port())
            .in(JumpGroupId.of("databases"))
            .terms(JumpPolicyId.of("ask-first"))
            .allowing(SessionPolicyId.of("all-tools-recorded"))
            .occupancy(Occupancy.exclusive(Duration.ZERO)) // one session at a time
            .build());
    narrator.tells(
        "Ada",
        "saves '%s': operators may ask, an approver decides, all is recorded.",
        place.item());

    // Only an enrolled key is trusted, so nobody between here and there can pose as the endpoint.
    HostKey key = catalog.enrolHostKey(place.item());
    narrator.tells("Ada", "enrols its host key, %s", key);
    narrator.tells("Ada", "%s", place.howToCheck(key));
  }

  private static JumpPolicy termsOfEntry(Place place) {
    JumpPolicy.Builder terms =
        JumpPolicy.named("ask-first")
            .description("Say why; an approver decides.")
            .reason(JumpPolicy.Demand.MANDATORY)
            .duration(Duration.ofMinutes(15), Duration.ofHours(1))
            .approval(ApprovalTerms.by(Approver.group(People.APPROVERS.value())))
            .extendable(1, Duration.ofMinutes(15))
            .withoutTyping(); // the vault's credential or none
    return place.passwordChanger().isPresent()
        ? terms.rotatingAfterUse().build()
        : terms.build(); // never on an account that is not ours
  }

  private void theCredentialGoesIntoTheVault(Place place, EncryptedCredentialFile vault) {
    try (Credential credential = place.credential()) {
      String account = credential.username();
      String key = place.item() + "-" + account;
      if (credential instanceof Credential.Password known) {
        vault.put(entry(CredentialEntry.password(key, account), place), known.password());
      } else if (credential instanceof Credential.PrivateKey known
          && known.passphrase().isEmpty()) {
        vault.put(entry(CredentialEntry.privateKey(key, account), place), known.key());
      } else if (credential instanceof Credential.PrivateKey known) {
        vault.put(
            entry(CredentialEntry.privateKey(key, account), place),
            known.key(),
            known.passphrase().orElseThrow());
      }
      narrator.tells(
          "Vault",
          "takes the %s of '%s': for this endpoint, for one holder at a time.",
          credential.kind() == CredentialKind.PASSWORD ? "password" : "private key",
          account);
    }
  }

  private static CredentialEntry entry(CredentialEntry.Builder entry, Place place) {
    return entry.forItem(place.item().value()).exclusive().build();
  }

  // ---- The ask, and the answer ---------------------------------------------------------------

  private Session mayaAsks(Access maya, JumpItemId item) {
    narrator.act("Maya, an operator, asks for access");
    // She sees what she may see; anything else does not exist for her.
    JumpItemId found = maya.jumpItems().search(item.value()).only().id();
    Terms terms = maya.jumpItems().terms(found);
    narrator.tells(
        "Maya",
        "finds '%s'; its terms: \"%s\" Up to %s.",
        found,
        terms.description(),
        Text.words(terms.maxDuration()));

    Session session =
        maya.sessions().start(found, ask -> ask.reason(REASON).lasting(Duration.ofMinutes(20)));
    narrator.tells("Maya", "asks for 20 minutes: \"%s\".", REASON);
    narrator.tells("Postern", "session is %s.", Text.words(session.status()));

    PosternException tooEarly = refused(session::connect);
    narrator.tells("Maya", "tries the door too early: %s.", tooEarly.code());
    return session;
  }

  private void noorApproves(Access noor) {
    narrator.act("Noor, an approver, decides");
    Notice notice = noor.inbox().unread(PageRequest.first()).only();
    narrator.tells("Noor", "reads in her inbox: \"%s\".", notice.subject());
    AccessRequest request = noor.approvals().toDecide(PageRequest.first()).only();
    AccessRequest decided =
        noor.approvals().approve(request.id(), "Go ahead; tell me what it was.");
    narrator.tells("Noor", "approves: \"%s\"", decided.comment());
    narrator.tells(
        "Postern",
        "request is %s; what is audited is written in the same transaction.",
        Text.words(decided.status()));
  }

  private void mayaIsTold(Access maya, Session session) {
    session.awaitAvailable(Duration.ofMinutes(1));
    narrator.tells("Postern", "session is %s.", Text.words(session.status()));
    List<Notice> notices = maya.inbox().unread(PageRequest.first()).rows(); // the newest first
    narrator.tells("Maya", "is told: \"%s\".", notices.get(0).subject());
  }

  // ---- Inside the session ----------------------------------------------------------------------

  private Connection mayaConnects(Session session, Place place) {
    narrator.act("Maya connects");
    // One credential fits, so there is nothing to choose. Maya never sees it, and no API gives it.
    Connection live = session.connect();
    narrator.tells(
        "Postern",
        "checks the host key, takes '%s' out of the vault, and logs on with it.",
        place.account());
    if (session.detail().state() instanceof SessionState.Active active) {
      narrator.tells("Postern", "session is active until %s.", Narrator.clock(active.until()));
      narrator.tells("Maya", "is in, and has seen no password.");
    }
    return live;
  }

  private void mayaRunsCommands(Connection live) {
    narrator.act("Maya runs commands");
    for (String line : List.of("id -un", "uname -sr")) {
      CommandResult result = live.run(line);
      narrator.tells(
          "Maya",
          "runs: %-10s -> %s   (exit status %s, %d ms)",
          line,
          result.output().strip(),
          result.exitStatus().isPresent() ? result.exitStatus().getAsInt() : "unknown",
          result.took().toMillis());
    }
  }

  private String mayaSendsAFile(Connection live, Folder folder, Place place) throws IOException {
    narrator.act("Maya sends a file");
    Path local = folder.outgoing().resolve("note.txt");
    Files.writeString(local, "Order 1007 waits for a lock.\nRelease it, then look again.\n");
    String remote = place.pathOf("note.txt");
    Transfer sent = live.files().upload(local, remote);
    narrator.tells(
        "Maya",
        "sends a note: %d bytes, SHA-256 %s...",
        sent.bytes(),
        sent.sha256().substring(0, 12));
    narrator.tells("Postern", "gives it its name there only when it is whole: %s", remote);
    return remote;
  }

  private void mayaUsesAShell(Connection live, String note) {
    narrator.act("Maya opens a shell, and works on it");
    try (Shell shell = live.openShell("work");
        ShellOutput screen = shell.output()) {
      Typist maya = new Typist(shell, screen, narrator);
      maya.awaitPrompt();
      maya.types("cat " + note, "look again.");
      maya.types("echo 'Released; all well.' >> " + note, "");
      maya.types("wc -l " + note, "3 " + note);
    }
    narrator.tells("Postern", "records what the shell shows before Maya sees it, and seals it.");
  }

  private void mayaFetchesTheFile(Connection live, Folder folder, String note) throws IOException {
    narrator.act("Maya fetches the file");
    Path local = folder.incoming().resolve("note.txt");
    Transfer fetched = live.files().download(note, local);
    List<String> lines = Files.readAllLines(local);
    narrator.tells(
        "Maya",
        "has it back: %d bytes, %d lines; the last one is \"%s\"",
        fetched.bytes(),
        lines.size(),
        lines.get(lines.size() - 1));
  }

  private void mayaRemovesTheFile(Connection live, String note) {
    CommandResult removed = live.run("rm " + note);
    narrator.tells("Maya", "%s", removed.succeeded() ? "removes it there." : removed.errors());
  }

  private void mayaExtends(Session session) {
    narrator.act("Maya needs longer");
    Instant until = session.extend(Duration.ofMinutes(15));
    narrator.tells("Maya", "extends by 15 minutes: until %s.", Narrator.clock(until));
    PosternException refused = refused(() -> session.extend(Duration.ofMinutes(15)));
    narrator.tells("Maya", "asks once more: %s.", refused.code());
    narrator.tells("Postern", "%s", refused.getMessage());
  }

  // ---- The end, and what stays of it -----------------------------------------------------------

  private void mayaEnds(Session session) {
    narrator.act("Maya ends the session");
    session.end();
    narrator.tells(
        "Postern",
        "disconnects, gives the credential back, seals the recordings: session is %s.",
        Text.words(session.status()));
  }

  private void theCredentialWasReturned(Access ada, Place place) {
    // What a vault does not take back now is owed, and tried again; here nothing may be.
    ada.credentials()
        .owed(PageRequest.first())
        .forEach(
            lease -> {
              throw new PosternException(
                  ErrorCode.CREDENTIAL_UNAVAILABLE,
                  "the credential of '"
                      + lease.username()
                      + "' is still owed: "
                      + lease.lastFailure());
            });
    int rotations =
        ada.audit()
            .list(AuditQuery.all().action("credential.rotated"), PageRequest.first())
            .rows()
            .size();
    narrator.tells("Vault", "%s", place.howItWasReturned(rotations));
  }

  private List<Recording> adaVerifies(Access ada, Session session) {
    narrator.act("Ada, who may view recordings, verifies them");
    List<Recording> recordings = ada.recordings().of(session.id());
    for (Recording recording : recordings) {
      RecordingCheck check = ada.recordings().verify(recording.id());
      require(check.intact(), check.finding());
      narrator.tells("Ada", "%-36s %5d bytes   intact", recording.name(), check.bytes());
    }
    AuditCheck trail = ada.audit().verify();
    require(trail.intact(), trail.finding());
    narrator.tells("Ada", "%-36s %5d entries intact", "audit trail", trail.entries());
    return recordings;
  }

  private void adaKeepsTheEvidence(
      Access ada, Session session, List<Recording> recordings, Folder folder) throws IOException {
    narrator.act("What is left to look at");
    for (Recording recording : recordings) {
      Path cast = folder.evidence(recording.name(), ".cast");
      try (InputStream in = ada.recordings().cast(recording.id())) {
        Files.copy(in, cast);
      }
      Path transcript = folder.evidence(recording.name(), ".txt");
      try (InputStream in = ada.recordings().transcript(recording.id())) {
        Files.copy(in, transcript);
      }
      if (recording.name().equals("work")) {
        narrator.shows("The shell, as Ada reads it afterwards:", Files.readAllLines(transcript));
        narrator.names("recording", folder.shown(cast));
        narrator.names("", "play it: asciinema play " + folder.shown(cast));
        narrator.names("transcript", folder.shown(transcript));
      }
    }
    SessionReport report = ada.sessions().find(session.id()).report();
    Path page = folder.evidence("report", ".html");
    Files.writeString(page, report.html());
    narrator.names("report", folder.shown(page));
    narrator.names("", "open it: " + page.toUri());
  }

  private static PosternException refused(Runnable attempt) {
    try {
      attempt.run();
    } catch (PosternException e) {
      return e;
    }
    throw new PosternException(ErrorCode.INTERNAL, "this should have been refused, and was not");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new PosternException(ErrorCode.INTERNAL, what);
    }
  }
}
