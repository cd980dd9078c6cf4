package io.postern.credential;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.jump.JumpItemId;
import io.postern.spi.Settings;
import java.time.Duration;
import java.util.List;

/**
 * Accounts in credential managers, as one person may use them. No method but {@link #view} gives a
 * secret away (rules INJ-1, OUT-2).
 *
 * <p>Safe for use by several threads; blocks for the store and for credential managers, each within
 * its time limit.
 */
public interface Credentials {
  /**
   * The credentials that fit this person and the item (rules LOG-1, LOG-3). What managers answered
   * is remembered for a short time, as the builder was told; rights are checked at each call.
   *
   * @param search a text that user name or label must contain, in any case of letters; empty for
   *     all
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND
   */
  Candidates candidates(JumpItemId item, String search);

  /**
   * All credentials that fit this person and the item; see {@link #candidates(JumpItemId, String)}.
   */
  default Candidates candidates(JumpItemId item) {
    return candidates(item, "");
  }

  /**
   * Takes an exclusive account out of a session, so that nobody else gets it until it is checked in
   * or {@code lasting} has passed (rule OUT-1). Sessions of this person on the item use it
   * meanwhile. Needs {@link io.postern.person.Privilege#CHECK_OUT_ACCOUNTS}. An account that is not
   * exclusive can be checked out, by several at once, where the item's policy says so ({@link
   * io.postern.jump.JumpPolicy#simultaneousCheckOut}, rule OUT-3).
   *
   * @param lasting more than nothing, at most the maximum duration of the item's policy
   * @throws io.postern.PosternException INPUT_INVALID for {@code lasting}, CREDENTIAL_CHECKED_OUT
   *     naming the holder, CREDENTIAL_NOT_A_CANDIDATE, NOT_PERMITTED, JUMP_ITEM_NOT_FOUND,
   *     JUMP_ITEM_DISABLED, JUMP_ITEM_OFFLINE, CAPABILITY_MISSING for an account that is not
   *     exclusive under a policy that says nothing of it, a CREDENTIAL code of the manager's
   */
  Lease checkOut(JumpItemId item, CandidateId credential, Duration lasting);

  /**
   * Shows a secret to this person (rule OUT-2): for as long as the item's policy says ({@link
   * io.postern.jump.JumpPolicy#viewableFor}), counted, audited with the reason, and followed by a
   * rotation where the manager can. Needs {@link io.postern.person.Privilege#VIEW_SECRETS} too;
   * nobody may by default. An exclusive account is checked out for it. Refusals are audited; what
   * the manager failed with stands with the lease.
   *
   * @param reason why, 1 to 1,000 characters
   * @throws io.postern.PosternException NOT_PERMITTED without the privilege or under a policy that
   *     does not allow it, INPUT_INVALID for the reason, CAPABILITY_MISSING for what is made anew
   *     for each log-on, CREDENTIAL_NOT_A_CANDIDATE, CREDENTIAL_CHECKED_OUT naming the holder,
   *     JUMP_ITEM_NOT_FOUND, JUMP_ITEM_DISABLED, JUMP_ITEM_OFFLINE, CLOSED when Postern is closed
   *     meanwhile, a CREDENTIAL code of the manager's
   */
  Viewing view(JumpItemId item, CandidateId credential, String reason);

  /**
   * Who has looked at a credential and how often, the last to look first (rule OUT-2). Needs {@link
   * io.postern.person.Privilege#ADMINISTER_CREDENTIALS}.
   *
   * @throws io.postern.PosternException NOT_PERMITTED
   */
  List<CredentialViews> views(CandidateId credential);

  /**
   * Gives a checked-out account back, or ends a look at a secret; by its holder, or by force with
   * {@link io.postern.person.Privilege#ADMINISTER_CREDENTIALS}. Harmless when done twice. When the
   * manager cannot take it back now, that is owed and tried again.
   *
   * @throws io.postern.PosternException LEASE_NOT_FOUND for none, or somebody else's without the
   *     privilege; ILLEGAL_CHANGE for one that belongs to a session, which gives it back
   */
  void checkIn(LeaseId lease);

  /**
   * Leases that this person holds and that have not been given back; with ADMINISTER_CREDENTIALS
   * everyone's.
   *
   * @throws io.postern.PosternException QUERY_INVALID for a page's size or cursor
   */
  Page<Lease> held(PageRequest page);

  /**
   * What is owed to credential managers: returns and rotations that did not succeed yet, and those
   * given up (rule ECM-11). Needs {@link io.postern.person.Privilege#ADMINISTER_CREDENTIALS}.
   *
   * @throws io.postern.PosternException NOT_PERMITTED, QUERY_INVALID for a page's size or cursor
   */
  Page<Lease> owed(PageRequest page);

  /**
   * Tries at once, and from the first try on, what is owed of a lease: one that was given up, or
   * one whose next try is later. Blocks for the manager within its time limits. Needs {@link
   * io.postern.person.Privilege#ADMINISTER_CREDENTIALS}; audited.
   *
   * @return the lease as it is after the try
   * @throws io.postern.PosternException LEASE_NOT_FOUND, ILLEGAL_CHANGE for a lease that owes
   *     nothing, CREDENTIAL_CHECKED_OUT when somebody else has the exclusive account meanwhile,
   *     NOT_PERMITTED
   */
  Lease retry(LeaseId lease);

  /**
   * Says that what was owed of a lease was done by hand. The lease is {@link
   * Lease.State#IRREVOCABLE}, or its manager does not answer. One that could not be given back
   * counts as given back from then on, and is rotated now where that is owed as well (rule OUT-4);
   * one that could not be rotated counts as returned. Needs {@link
   * io.postern.person.Privilege#ADMINISTER_CREDENTIALS}; audited with the reason.
   *
   * @param reason what was done, 1 to 1,000 characters
   * @throws io.postern.PosternException LEASE_NOT_FOUND, ILLEGAL_CHANGE for a lease that was not
   *     given up and whose manager was not silent, or that is being tried right now, INPUT_INVALID
   *     for the reason, NOT_PERMITTED
   */
  void settled(LeaseId lease, String reason);

  /**
   * The credential managers in the order of the configuration, and how each of their members does
   * now: all are asked at once. Needs {@link io.postern.person.Privilege#ADMINISTER_CREDENTIALS}.
   *
   * @throws io.postern.PosternException NOT_PERMITTED
   */
  List<ManagerHealth> managers();

  /**
   * Gives a running manager other settings (rule ECM-4). New instances are made of them and asked
   * how they do; when each of them answers, they take over at once, and the calls under way finish
   * on the old ones, which are closed then. When anything of this fails, the old ones stay. Needs
   * {@link io.postern.person.Privilege#ADMINISTER_CREDENTIALS}. Of several processes on one store,
   * each has managers of its own: tell each.
   *
   * <p>Blocks for the plug-in, each step within the limit of a call.
   *
   * @param members the settings of each member, all of them, in order; their secrets are Postern's
   *     from here on, and closed when they are refused. A member that is down at present is left
   *     out, and added later
   * @return how the new members do
   * @throws io.postern.PosternException SETTINGS_INVALID with all faults, also for a manager that
   *     is not configured; PLUGIN_FAILED; the CREDENTIAL code of a member that does not answer;
   *     ILLEGAL_CHANGE when somebody else changes or tests this manager now; NOT_PERMITTED, CLOSED
   */
  ManagerHealth reconfigure(String manager, List<Settings> members);

  /**
   * Does all that {@link #reconfigure} does but take over: the new instances are closed again, and
   * the secrets with them. To change them afterwards, give them once more.
   *
   * @return how they did
   * @throws io.postern.PosternException as {@link #reconfigure}
   */
  ManagerHealth test(String manager, List<Settings> members);
}
