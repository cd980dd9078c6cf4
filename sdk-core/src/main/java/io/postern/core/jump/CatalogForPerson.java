package io.postern.core.jump;

import static java.util.Objects.requireNonNull;

import io.postern.Page;
import io.postern.PageRequest;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.jump.Catalog;
import io.postern.jump.HostKey;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.jump.Verdict;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Principal;
import io.postern.person.Privilege;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The administrator's side for one person; what changes something is done by the parts. */
final class CatalogForPerson implements Catalog {
  private final Database database;
  private final People people;
  private final ItemChanges items;
  private final GroupChanges groups;
  private final PolicyChanges policies;
  private final HostKeyChanges hostKeys;
  private final PersonId actor;

  CatalogForPerson(
      Database database,
      People people,
      ItemChanges items,
      GroupChanges groups,
      PolicyChanges policies,
      HostKeyChanges hostKeys,
      PersonId actor) {
    this.database = database;
    this.people = people;
    this.items = items;
    this.groups = groups;
    this.policies = policies;
    this.hostKeys = hostKeys;
    this.actor = actor;
  }

  @Override
  public void save(JumpGroup group) {
    groups.save(actor, requireNonNull(group, "group"));
  }

  @Override
  public void save(JumpPolicy policy) {
    policies.save(actor, requireNonNull(policy, "policy"));
  }

  @Override
  public void save(SessionPolicy policy) {
    policies.save(actor, requireNonNull(policy, "policy"));
  }

  @Override
  public void save(JumpItem item) {
    items.save(actor, requireNonNull(item, "item"));
  }

  @Override
  public Optional<JumpItem> item(JumpItemId id) {
    requireNonNull(id, "id");
    Person person = people.require(actor);
    return database.read(
        tx ->
            ItemRows.find(tx, id).map(ItemRow::item).filter(item -> Rights.sees(tx, person, item)));
  }

  @Override
  public Optional<JumpGroup> group(JumpGroupId id) {
    requireNonNull(id, "id");
    return administered(tx -> GroupChanges.find(tx, id));
  }

  @Override
  public Optional<JumpPolicy> jumpPolicy(JumpPolicyId id) {
    requireNonNull(id, "id");
    return administered(tx -> PoliciesInForce.jumpPolicy(tx, id));
  }

  @Override
  public Optional<SessionPolicy> sessionPolicy(SessionPolicyId id) {
    requireNonNull(id, "id");
    return administered(tx -> PoliciesInForce.sessionPolicy(tx, id));
  }

  @Override
  public Page<JumpGroup> groups(PageRequest page) {
    requireNonNull(page, "page");
    return administered(tx -> CatalogLists.groups(tx, page));
  }

  @Override
  public Page<JumpPolicy> jumpPolicies(PageRequest page) {
    requireNonNull(page, "page");
    return administered(tx -> CatalogLists.jumpPolicies(tx, page));
  }

  @Override
  public Page<SessionPolicy> sessionPolicies(PageRequest page) {
    requireNonNull(page, "page");
    return administered(tx -> CatalogLists.sessionPolicies(tx, page));
  }

  @Override
  public List<HostKey> hostKeys(JumpItemId id) {
    requireNonNull(id, "id");
    return administered(
        tx -> {
          if (ItemRows.find(tx, id).isEmpty()) {
            throw DefaultDenyJudge.notFound(id);
          }
          return HostKeyRows.of(tx, id);
        });
  }

  private <T> T administered(Function<Tx, T> reading) {
    people.requireWith(actor, Privilege.ADMINISTER_CATALOG, "look into the catalog");
    return database.read(reading);
  }

  @Override
  public void remove(JumpItemId id) {
    items.remove(actor, requireNonNull(id, "id"));
  }

  @Override
  public void remove(JumpGroupId id) {
    groups.remove(actor, requireNonNull(id, "id"));
  }

  @Override
  public void remove(JumpPolicyId id) {
    policies.remove(actor, requireNonNull(id, "id"));
  }

  @Override
  public void remove(SessionPolicyId id) {
    policies.remove(actor, requireNonNull(id, "id"));
  }

  @Override
  public void assign(SessionPolicyId policy, Principal principal) {
    policies.assign(
        actor,
        requireNonNull(policy, "policy"),
        Optional.of(requireNonNull(principal, "principal")));
  }

  @Override
  public void assignToSite(SessionPolicyId policy) {
    policies.assign(actor, requireNonNull(policy, "policy"), Optional.empty());
  }

  @Override
  public void unassign(Principal principal) {
    policies.unassign(actor, Optional.of(requireNonNull(principal, "principal")));
  }

  @Override
  public void unassignFromSite() {
    policies.unassign(actor, Optional.empty());
  }

  @Override
  public void report(JumpItemId id, JumpItemStatus status) {
    items.report(actor, requireNonNull(id, "id"), requireNonNull(status, "status"));
  }

  @Override
  public HostKey enrolHostKey(JumpItemId id) {
    return hostKeys.enrol(actor, requireNonNull(id, "id"));
  }

  @Override
  public void pinHostKey(JumpItemId id, HostKey key) {
    hostKeys.pin(actor, requireNonNull(id, "id"), requireNonNull(key, "key"));
  }

  @Override
  public void forgetHostKeys(JumpItemId id) {
    hostKeys.forget(actor, requireNonNull(id, "id"));
  }

  @Override
  public Verdict explain(PersonId person, JumpItemId id) {
    requireNonNull(id, "id");
    people.requireWith(actor, Privilege.ADMINISTER_CATALOG, "ask what another person may do");
    Person other = people.require(person);
    return database.read(
        tx ->
            ItemRows.find(tx, id)
                .map(row -> Verdicts.of(tx, other, row))
                .orElseThrow(() -> DefaultDenyJudge.notFound(id)));
  }
}
