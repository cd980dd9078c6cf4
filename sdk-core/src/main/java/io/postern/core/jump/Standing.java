package io.postern.core.jump;

import io.postern.core.jump.Rights.Membership;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicy;
import io.postern.person.Person;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that decides whether a person may start an item, read by one statement: every start asks for
 * it, and a statement costs a round trip.
 *
 * @param memberships how the person is in the item's group, their own membership first
 * @param terms the item's jump policy, or the standard one
 */
record Standing(ItemRow row, List<Membership> memberships, JumpPolicy terms) {
  private static final String COLUMNS =
      "select i.*, p.document as terms_document,"
          + " (select %s(a.code_name, a.value) from jump_item_attribute a where a.item = i.id)"
          + " as attributes,"
          + " (select %s('all', %s(%s('kind', m.kind, 'principal', m.principal, 'permissions',"
          + " m.permissions) order by m.kind desc, m.principal)) from jump_group_member m"
          + " where m.group_id = i.group_id and %s) as memberships"
          + " from jump_item i left join jump_policy p on p.id = i.jump_policy where i.id = ?";

  Standing {
    memberships = List.copyOf(memberships);
  }

  /** The item as it is for the person, whether they may see it or not. */
  static Optional<Standing> find(Tx tx, Person person, JumpItemId item) {
    return tx.first(
        sql(tx.dialect()),
        row -> {
          Map<String, String> attributes = new LinkedHashMap<>();
          row.optionalText("attributes")
              .map(JsonObject::parse)
              .ifPresent(
                  json ->
                      json.fields().forEach((name, value) -> attributes.put(name, (String) value)));
          List<Membership> memberships =
              JsonObject.parse(row.text("memberships")).objects("all").stream()
                  .map(Standing::membership)
                  .toList();
          return new Standing(
              ItemRows.read(row, item, attributes),
              memberships,
              row.optionalText("terms_document")
                  .map(PolicyDocuments::jumpPolicy)
                  .orElseGet(JumpPolicy::standard));
        },
        person.id(),
        Rights.groups(person),
        item);
  }

  private static Membership membership(JsonObject json) {
    return Rights.membership(
        json.text("kind").orElseThrow(),
        json.text("principal").orElseThrow(),
        json.text("permissions").orElseThrow());
  }

  private static String sql(Dialect dialect) {
    String isMember = Rights.isMember("m.kind", "m.principal", dialect);
    return dialect == Dialect.SQLITE
        ? COLUMNS.formatted(
            "json_group_object", "json_object", "json_group_array", "json_object", isMember)
        : COLUMNS.formatted(
            "json_object_agg", "json_build_object", "json_agg", "json_build_object", isMember);
  }
}
