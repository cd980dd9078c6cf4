package io.postern.core.approval;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.approval.AccessRequest;
import io.postern.approval.DecisionToken;
import io.postern.approval.EmailedDecision;
import io.postern.approval.RequestId;
import io.postern.core.approval.Ballot.Vote;
import io.postern.core.approval.Ballot.Voter;
import io.postern.core.audit.Act;
import io.postern.core.store.Tx;
import io.postern.jump.Approver;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A decision by a link: whoever holds the token votes as the address it was sent to, once. */
final class EmailedBallot implements EmailedDecision {
  private final String hash;
  private final ApprovalRoom room;

  private EmailedBallot(String hash, ApprovalRoom room) {
    this.hash = hash;
    this.room = room;
  }

  /** What a token proves. */
  private record Proof(RequestId request, String email) {}

  static EmailedBallot of(DecisionToken token, ApprovalRoom room) {
    EmailedBallot ballot = new EmailedBallot(hash(token), room);
    room.database().read(ballot::prove);
    return ballot;
  }

  private static String hash(DecisionToken token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(token.value().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private Proof prove(Tx tx) {
    Optional<Proof> proof =
        tx.first(
            "select t.request, t.email from decision_token t join access_request r on r.id = t.request"
                + " where t.hash = ? and r.status = 'PENDING'",
            row -> new Proof(RequestId.of(row.text("request")), row.text("email")),
            hash);
    return proof.orElseThrow(EmailedBallot::invalid);
  }

  private static PosternException invalid() {
    return new PosternException(
        ErrorCode.DECISION_TOKEN_INVALID,
        "this link leads to nothing that can be decided; ask for a new notice");
  }

  @Override
  public AccessRequest request() {
    RequestRow row =
        room.database()
            .read(tx -> room.rows().find(tx, prove(tx).request()))
            .orElseThrow(() -> new IllegalStateException("a token without its request"));
    return view(row);
  }

  @Override
  public AccessRequest approve(String comment) {
    return decide(true, comment);
  }

  @Override
  public AccessRequest deny(String comment) {
    return decide(false, comment);
  }

  private AccessRequest decide(boolean approves, String comment) {
    Proof proof = room.database().read(this::prove);
    try {
      return decide(proof, approves, comment);
    } catch (PosternException e) {
      String what = approves ? "request.approve.refused" : "request.deny.refused";
      throw room.journal()
          .refused(
              e,
              Act.of(proof.email(), what, "request:" + proof.request()).because(e.code().name()));
    }
  }

  private AccessRequest decide(Proof proof, boolean approves, String comment) {
    RequestRow asked = room.database().read(tx -> room.rows().require(tx, proof.request()));
    Vote vote =
        new Vote(voter(proof), room.ballot().requesterEmail(asked.requester()), approves, comment);
    return view(
        room.database()
            .change(
                tx -> {
                  prove(tx);
                  room.ballot().cast(tx, proof.request(), vote);
                  // Every link of this address to this request has done its work (rule REQ-5).
                  tx.run(
                      "delete from decision_token where request = ? and email = ?",
                      proof.request(),
                      proof.email());
                  return room.rows().lock(tx, proof.request());
                }));
  }

  /**
   * Whose vote it is: the address itself where the policy names it, else the person who has it and
   * is on the roll now. Who left the roll since the link was sent has no vote any more.
   */
  private Voter voter(Proof proof) {
    List<Approver> roll = room.database().read(tx -> room.roll().of(tx, proof.request()));
    if (ApproverRoll.emails(roll).stream().anyMatch(proof.email()::equalsIgnoreCase)) {
      return Voter.of(proof.email());
    }
    return room.roll().people(roll).stream()
        .filter(person -> person.email().equalsIgnoreCase(proof.email()))
        .findFirst()
        .map(Voter::of)
        .orElseThrow(EmailedBallot::invalid);
  }

  private AccessRequest view(RequestRow row) {
    return row.view(room.nameOf(row.requester()), room.clock().instant());
  }
}
