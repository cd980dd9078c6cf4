package io.postern.examples.quickstart;

import io.postern.Access;
import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.jump.JumpItemId;
import io.postern.jump.Terms;
import io.postern.notice.Notice;
import io.postern.session.CommandResult;
import io.postern.session.Connection;
import io.postern.session.RemoteFiles.Transfer;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.Shell;
import io.postern.session.ShellOutput;
import io.postern.text.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** An operator: she has work to do on the endpoint, and sees none of its passwords. */
final class Maya {
  private static final String REASON = "INC-4711: orders are stuck since nine o'clock";

  private final Access access;
  private final Narrator narrator;

  Maya(Access access, Narrator narrator) {
    this.access = access;
    this.narrator = narrator;
  }

  Session asks(JumpItemId item) {
    narrator.act("Maya, an operator, asks for access");
    // She sees what she may see; anything else does not exist for her.
    JumpItemId found = access.jumpItems().search(item.value()).only().id();
    Terms terms = access.jumpItems().terms(found);
    narrator.tells(
        "Maya",
        "finds '%s'; its terms: \"%s\" Up to %s.",
        found,
        terms.description(),
        Text.words(terms.maxDuration()));

    Session session =
        access.sessions().start(found, ask -> ask.reason(REASON).lasting(Duration.ofMinutes(20)));
    narrator.tells("Maya", "asks for 20 minutes: \"%s\".", REASON);
    narrator.tells("Postern", "session is %s.", Text.words(session.status()));

    PosternException tooEarly = refused(session::connect);
    narrator.tells("Maya", "tries the door too early: %s.", tooEarly.code());
    return session;
  }

  void isTold(Session session) {
    session.awaitAvailable(Duration.ofMinutes(1));
    narrator.tells("Postern", "session is %s.", Text.words(session.status()));
    List<Notice> notices = access.inbox().unread(PageRequest.first()).rows(); // the newest first
    narrator.tells("Maya", "is told: \"%s\".", notices.get(0).subject());
  }

  Connection connects(Session session, Place place) {
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

  void runsCommands(Connection live) {
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

  String sendsAFile(Connection live, Folder folder, Place place) throws IOException {
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

  void usesAShell(Connection live, String note) {
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

  void fetchesTheFile(Connection live, Folder folder, String note) throws IOException {
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

  void removesTheFile(Connection live, String note) {
    CommandResult removed = live.run("rm " + note);
    narrator.tells("Maya", "%s", removed.succeeded() ? "removes it there." : removed.errors());
  }

  void extendsIt(Session session) {
    narrator.act("Maya needs longer");
    Instant until = session.extend(Duration.ofMinutes(15));
    narrator.tells("Maya", "extends by 15 minutes: until %s.", Narrator.clock(until));
    PosternException refused = refused(() -> session.extend(Duration.ofMinutes(15)));
    narrator.tells("Maya", "asks once more: %s.", refused.code());
    narrator.tells("Postern", "%s", refused.getMessage());
  }

  void ends(Session session) {
    narrator.act("Maya ends the session");
    session.end();
    narrator.tells(
        "Postern",
        "disconnects, gives the credential back, seals the recordings: session is %s.",
        Text.words(session.status()));
  }

  private static PosternException refused(Runnable attempt) {
    try {
      attempt.run();
    } catch (PosternException e) {
      return e;
    }
    throw new PosternException(ErrorCode.INTERNAL, "this should have been refused, and was not");
  }
}
