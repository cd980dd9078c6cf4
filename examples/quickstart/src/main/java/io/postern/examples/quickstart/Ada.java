package io.postern.examples.quickstart;

import io.postern.Access;
import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.audit.AuditCheck;
import io.postern.audit.AuditQuery;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.Catalog;
import io.postern.jump.HostKey;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.Occupancy;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.recording.Recording;
import io.postern.recording.RecordingCheck;
import io.postern.session.Session;
import io.postern.session.SessionReport;
import io.postern.session.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An administrator: she says what there is and on which terms, and may look at it afterwards. */
final class Ada {
  private final Access access;
  private final Narrator narrator;

  Ada(Access access, Narrator narrator) {
    this.access = access;
    this.narrator = narrator;
  }

  /** An administrator says what there is, who may go there, and on which terms. */
  void describes(Place place) {
    Catalog catalog = access.catalog();
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

  void seesThatNothingIsOwed(Place place) {
    // What a vault does not take back now is owed, and tried again; here nothing may be.
    access
        .credentials()
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
        access
            .audit()
            .list(AuditQuery.all().action("credential.rotated"), PageRequest.first())
            .rows()
            .size();
    narrator.tells("Vault", "%s", place.howItWasReturned(rotations));
  }

  List<Recording> verifies(Session session) {
    narrator.act("Ada, who may view recordings, verifies them");
    List<Recording> recordings = access.recordings().of(session.id());
    for (Recording recording : recordings) {
      RecordingCheck check = access.recordings().verify(recording.id());
      require(check.intact(), check.finding());
      narrator.tells("Ada", "%-36s %5d bytes   intact", recording.name(), check.bytes());
    }
    AuditCheck trail = access.audit().verify();
    require(trail.intact(), trail.finding());
    narrator.tells("Ada", "%-36s %5d entries intact", "audit trail", trail.entries());
    return recordings;
  }

  void keepsTheEvidence(Session session, List<Recording> recordings, Folder folder)
      throws IOException {
    narrator.act("What is left to look at");
    for (Recording recording : recordings) {
      Path cast = folder.evidence(recording.name(), ".cast");
      try (InputStream in = access.recordings().cast(recording.id())) {
        Files.copy(in, cast);
      }
      Path transcript = folder.evidence(recording.name(), ".txt");
      try (InputStream in = access.recordings().transcript(recording.id())) {
        Files.copy(in, transcript);
      }
      if (recording.name().equals("work")) {
        narrator.shows("The shell, as Ada reads it afterwards:", Files.readAllLines(transcript));
        narrator.names("recording", folder.shown(cast));
        narrator.names("", "play it: asciinema play " + folder.shown(cast));
        narrator.names("transcript", folder.shown(transcript));
      }
    }
    SessionReport report = access.sessions().find(session.id()).report();
    Path page = folder.evidence("report", ".html");
    Files.writeString(page, report.html());
    narrator.names("report", folder.shown(page));
    narrator.names("", "open it: " + page.toUri());
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new PosternException(ErrorCode.INTERNAL, what);
    }
  }
}
