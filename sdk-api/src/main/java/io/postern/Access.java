package io.postern;

import io.postern.approval.Approvals;
import io.postern.audit.AuditTrail;
import io.postern.credential.Credentials;
import io.postern.jump.Catalog;
import io.postern.jump.JumpItems;
import io.postern.notice.Inbox;
import io.postern.person.PersonId;
import io.postern.recording.Recordings;
import io.postern.session.Sessions;

/**
 * Postern as one person may use it. Every call that goes through here is judged by that person's
 * rights at the time of the call (rule VIS-2).
 *
 * <p>Cheap to make; safe for use by several threads. The host's directory is asked for the person
 * at each call: PERSON_UNKNOWN once it knows them no more, DIRECTORY_UNAVAILABLE while it fails.
 */
public interface Access {
  /** Who acts. */
  PersonId person();

  /** Find items, and what may be done with them. */
  JumpItems jumpItems();

  /** Ask, decide, cancel. */
  Approvals approvals();

  /** Start, use and end sessions. */
  Sessions sessions();

  /** Find, check out and check in accounts. */
  Credentials credentials();

  /** What the person was told. */
  Inbox inbox();

  /** Play back and verify recordings. */
  Recordings recordings();

  /** Administer items, groups and policies. */
  Catalog catalog();

  /** Read and verify the audit trail. */
  AuditTrail audit();
}
