package io.postern.jump;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.person.PersonId;
import io.postern.person.Principal;
import java.util.List;
import java.util.Optional;

/**
 * The administrator's side of jump items, groups and policies.
 *
 * <p>Needs {@link io.postern.person.Privilege#ADMINISTER_CATALOG}; items of a group can also be
 * added, changed and removed by members with that permission (rule CAT-2), and items of a personal
 * list by its owner. Everything is audited. Faults of a thing that is saved are thrown as
 * CATALOG_INVALID, all at once, and nothing is changed. Safe for use by several threads; blocks for
 * the store.
 */
public interface Catalog {
  /** Adds a group, or replaces the one of this id. */
  void save(JumpGroup group);

  /**
   * Adds a jump policy, or replaces the one of this id. Requests under way keep the terms they were
   * made under.
   */
  void save(JumpPolicy policy);

  /**
   * Adds a session policy, or replaces the one of this id. In live sessions it holds for the next
   * use of a tool; a shell, command or transfer that it does not allow is closed within seconds.
   */
  void save(SessionPolicy policy);

  /**
   * Adds an item, or replaces the one of this id; another host or port makes its enrolled host keys
   * void.
   *
   * <p>Without the privilege, what decides over terms and credentials stays as it is: the policies,
   * the host key trust, method, place, tag and attributes, and the host of an item whose host
   * proves nothing. A new item has neither policies nor, in a group, tag and attributes, and not
   * the id of one that was removed.
   *
   * @throws io.postern.PosternException NOT_PERMITTED, CATALOG_INVALID
   */
  void save(JumpItem item);

  /** The item as it is described. */
  Optional<JumpItem> item(JumpItemId id);

  /** The group as it is described; empty when there is none. */
  Optional<JumpGroup> group(JumpGroupId id);

  /** The jump policy as it is described; empty when there is none. */
  Optional<JumpPolicy> jumpPolicy(JumpPolicyId id);

  /** The session policy as it is described; empty when there is none. */
  Optional<SessionPolicy> sessionPolicy(SessionPolicyId id);

  /**
   * The groups with their members, by id; needs the privilege.
   *
   * @throws io.postern.PosternException QUERY_INVALID when the place of the page is none of this
   *     list's; so do the other lists
   */
  Page<JumpGroup> groups(PageRequest page);

  /** The jump policies, by id; needs the privilege. */
  Page<JumpPolicy> jumpPolicies(PageRequest page);

  /** The session policies, by id; needs the privilege. */
  Page<SessionPolicy> sessionPolicies(PageRequest page);

  /**
   * Removes an item. Sessions on it are not ended, but their tools stop within seconds: nothing
   * allows them any more.
   *
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND
   */
  void remove(JumpItemId id);

  /**
   * Removes a group.
   *
   * @throws io.postern.PosternException CATALOG_ENTRY_NOT_FOUND, CATALOG_ENTRY_IN_USE while items
   *     lie in it
   */
  void remove(JumpGroupId id);

  /**
   * Removes a jump policy that no item uses.
   *
   * @throws io.postern.PosternException CATALOG_ENTRY_NOT_FOUND, CATALOG_ENTRY_IN_USE naming a user
   */
  void remove(JumpPolicyId id);

  /**
   * Removes a session policy that no item uses and that is assigned to nobody.
   *
   * @throws io.postern.PosternException CATALOG_ENTRY_NOT_FOUND, CATALOG_ENTRY_IN_USE naming a user
   */
  void remove(SessionPolicyId id);

  /**
   * Has a session policy hold for a person or group, where the item's does not define a tool (a
   * group's also where the person's does not; of several groups one that denies wins); it takes the
   * place of the one they had. Needs the privilege.
   *
   * @throws io.postern.PosternException CATALOG_ENTRY_NOT_FOUND when there is no such policy,
   *     NOT_PERMITTED
   */
  void assign(SessionPolicyId policy, Principal principal);

  /**
   * Has a session policy hold for everyone, where neither item, person nor group define a tool; it
   * takes the place of the one there was. Needs the privilege.
   *
   * @throws io.postern.PosternException CATALOG_ENTRY_NOT_FOUND when there is no such policy,
   *     NOT_PERMITTED
   */
  void assignToSite(SessionPolicyId policy);

  /**
   * Takes the session policy off a person or group. It holds no longer in live sessions either.
   *
   * @throws io.postern.PosternException CATALOG_ENTRY_NOT_FOUND when none is assigned to them
   */
  void unassign(Principal principal);

  /**
   * Takes the session policy off everyone, where {@link #assignToSite} gave them one.
   *
   * @throws io.postern.PosternException CATALOG_ENTRY_NOT_FOUND when there is none
   */
  void unassignFromSite();

  /**
   * Says whether an item can be reached. {@link JumpItemStatus#DISABLED} is set by saving the item
   * instead. Needs the privilege; harmless when the status is this one already.
   *
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND, NOT_PERMITTED, CATALOG_INVALID for
   *     DISABLED
   */
  void report(JumpItemId id, JumpItemStatus status);

  /**
   * Connects to the endpoint, takes the host key it shows, and enrols it: from now on only this key
   * is trusted. Compare the fingerprint with one got by another way. Blocks for the network, at
   * most 15 seconds.
   *
   * @throws io.postern.PosternException CAPABILITY_MISSING when the connector's protocol knows no
   *     host keys, HOST_KEY_CHANGED when another key of this type is enrolled; an ENDPOINT code
   */
  HostKey enrolHostKey(JumpItemId id);

  /**
   * Enrols a key that is known from elsewhere, in place of one of the same type. Needs the
   * privilege; harmless when it is enrolled already.
   *
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND, NOT_PERMITTED
   */
  void pinHostKey(JumpItemId id, HostKey key);

  /**
   * The enrolled keys of an item, one of a type; needs the privilege.
   *
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND
   */
  List<HostKey> hostKeys(JumpItemId id);

  /**
   * Forgets every enrolled key of an item, so that it must be enrolled anew. Needs the privilege;
   * harmless when none is.
   *
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND, NOT_PERMITTED
   */
  void forgetHostKeys(JumpItemId id);

  /**
   * What another person may do with an item, and why; a dry run (rule CAT-11). Also for items they
   * may not see. Needs the privilege.
   *
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND, NOT_PERMITTED; PERSON_UNKNOWN when the
   *     directory does not know the other person
   */
  Verdict explain(PersonId person, JumpItemId id);
}
