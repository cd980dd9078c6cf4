package io.postern.core.jump;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.jump.JumpItemDetail;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemQuery;
import io.postern.jump.JumpItemSummary;
import io.postern.jump.JumpItems;
import io.postern.jump.JumpPolicy;
import io.postern.jump.Terms;
import io.postern.jump.Verdict;
import io.postern.person.Person;
import io.postern.person.PersonId;
import java.util.List;

/** The catalog as one person sees it, by their rights at the time of each call. */
final class ItemsForPerson implements JumpItems {
  private final Database database;
  private final People people;
  private final PersonId id;

  ItemsForPerson(Database database, People people, PersonId id) {
    this.database = database;
    this.people = people;
    this.id = id;
  }

  @Override
  public Page<JumpItemSummary> search(JumpItemQuery query, PageRequest page) {
    requireNonNull(query, "query");
    requireNonNull(page, "page");
    Person person = people.require(id);
    return database.read(tx -> ItemSearch.page(tx, person, query, page));
  }

  @Override
  public List<JumpItemSummary> frequentlyUsed(int limit) {
    return used("u.uses desc, u.last_used_at desc", limit);
  }

  @Override
  public List<JumpItemSummary> recentlyUsed(int limit) {
    return used("u.last_used_at desc, u.uses desc", limit);
  }

  private List<JumpItemSummary> used(String order, int limit) {
    if (limit < 1 || limit > 1_000) {
      throw new PosternException(
          ErrorCode.QUERY_INVALID, "a list holds 1 to 1000 items, " + limit + " were asked for");
    }
    Person person = people.require(id);
    return database.read(tx -> ItemSearch.used(tx, person, order, limit));
  }

  @Override
  public JumpItemDetail detail(JumpItemId item) {
    requireNonNull(item, "item");
    Person person = people.require(id);
    return database.read(
        tx -> {
          ItemRow row = DefaultDenyJudge.visible(tx, person, item);
          boolean permitted = Verdicts.admittingRule(tx, person, row.item()).isPresent();
          return new JumpItemDetail(
              row.item(),
              row.status(),
              row.onlineSince(),
              row.lastAccessed(),
              RequestsOnItem.visibleTo(tx, person, item, permitted),
              Verdicts.of(tx, person, row),
              ItemSources.of(tx, item).map(ItemSources.Found::source));
        });
  }

  @Override
  public Terms terms(JumpItemId item) {
    requireNonNull(item, "item");
    Person person = people.require(id);
    JumpPolicy policy =
        database.read(
            tx -> PoliciesInForce.termsOf(tx, DefaultDenyJudge.visible(tx, person, item).item()));
    return TermsInWords.of(policy, people);
  }

  @Override
  public Verdict explain(JumpItemId item) {
    requireNonNull(item, "item");
    Person person = people.require(id);
    return database.read(tx -> Verdicts.of(tx, person, DefaultDenyJudge.visible(tx, person, item)));
  }
}
