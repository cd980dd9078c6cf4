package io.postern.credential;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.jump.JumpItemId;
import java.time.Duration;
import java.util.List;

/**
 * Accounts in credential managers, as one person may use them. No method gives a secret away (rule
 * INJ-1).
 *
 * <p>Safe for use by several threads; blocks for the store and for credential managers, each within
 * its time limit.
 */
public interface Credentials {
  /**
   * The credentials that fit this person and the item (rules LOG-1, LOG-3).
   *
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
   * meanwhile. Needs {@link io.postern.person.Privilege#CHECK_OUT_ACCOUNTS}.
   *
   * @param lasting more than nothing, at most the maximum duration of the item's policy
   * @throws io.postern.PosternException INPUT_INVALID for {@code lasting}, CREDENTIAL_CHECKED_OUT
   *     naming the holder, CREDENTIAL_NOT_A_CANDIDATE, NOT_PERMITTED, JUMP_ITEM_NOT_FOUND,
   *     CAPABILITY_MISSING for an account that is not exclusive, a CREDENTIAL code of the manager's
   */
  Lease checkOut(JumpItemId item, CandidateId credential, Duration lasting);

  /**
   * Gives a checked-out account back; by its holder, or by force with {@link
   * io.postern.person.Privilege#ADMINISTER_CREDENTIALS}. Harmless when done twice. When the manager
   * cannot take it back now, that is owed and tried again.
   *
   * @throws io.postern.PosternException LEASE_NOT_FOUND
   */
  void checkIn(LeaseId lease);

  /**
   * Leases that this person holds and that have not been given back; with ADMINISTER_CREDENTIALS
   * everyone's.
   */
  Page<Lease> held(PageRequest page);

  /**
   * What is owed to credential managers: returns and rotations that did not succeed yet, and those
   * given up (rule ECM-11). Needs {@link io.postern.person.Privilege#ADMINISTER_CREDENTIALS}.
   */
  Page<Lease> owed(PageRequest page);

  /**
   * How each credential manager does. Needs {@link
   * io.postern.person.Privilege#ADMINISTER_CREDENTIALS}.
   */
  List<ManagerHealth> managers();

  /**
   * How a credential manager does.
   *
   * @param manager its name as configured
   * @param provider the plug-in's name and version
   * @param usable whether it answers now
   * @param detail what is the matter, or which store it is
   */
  record ManagerHealth(String manager, String provider, boolean usable, String detail) {}
}
