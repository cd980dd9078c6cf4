package io.postern.core.audit;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.audit.AuditCheck;
import io.postern.audit.AuditEntry;
import io.postern.audit.AuditQuery;
import io.postern.audit.AuditTrail;
import io.postern.core.store.Database;
import io.postern.core.store.KeysetPage;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The trail for one person. */
final class JdbcAuditTrail implements AuditTrail {
  /** Makes trails. */
  static final class Factory implements AuditTrails {
    private final Database database;
    private final Journal journal;
    private final AuditSealer sealer;
    private final Discretion discretion;

    @Inject
    Factory(Database database, Journal journal, AuditSealer sealer, Discretion discretion) {
      this.database = database;
      this.journal = journal;
      this.sealer = sealer;
      this.discretion = discretion;
    }

    @Override
    public AuditTrail readBy(PersonId reader, Predicate<Privilege> may) {
      return new JdbcAuditTrail(this, reader, may);
    }
  }

  private final Details details = new Details();
  private final Factory parts;
  private final PersonId reader;
  private final Predicate<Privilege> may;

  private JdbcAuditTrail(Factory parts, PersonId reader, Predicate<Privilege> may) {
    this.parts = parts;
    this.reader = reader;
    this.may = may;
  }

  @Override
  public Page<AuditEntry> list(AuditQuery query, PageRequest page) {
    requirePrivilege();
    List<Object> arguments = new ArrayList<>();
    KeysetPage<Long> keyset = KeysetPage.of(page, "the audit trail", Long::valueOf);
    String where = conditions(query, keyset, arguments);
    arguments.add(keyset.limit());
    List<AuditEntry> rows =
        parts.database.read(
            tx ->
                parts.discretion.shownTo(
                    tx,
                    reader,
                    tx.list(
                        "select "
                            + AuditRow.COLUMNS
                            + " from audit where "
                            + where
                            + " order by number desc limit ?",
                        row -> AuditRow.read(row).entry(details),
                        arguments.toArray())));
    parts.journal.write(act("audit.read").with("query", describe(query)));
    return keyset.cut(rows, entry -> Long.toString(entry.number()), entry -> entry);
  }

  @Override
  public AuditCheck verify() {
    requirePrivilege();
    parts.sealer.sealAll();
    AuditCheck check = new ChainCheck(parts.database).run();
    parts.journal.write(
        act("audit.verified")
            .because(check.finding())
            .with("intact", check.intact())
            .with("entries", check.entries())
            .with("head", check.head()));
    return check;
  }

  private void requirePrivilege() {
    if (!may.test(Privilege.READ_AUDIT)) {
      parts.journal.write(act("audit.refused").because("lacks " + Privilege.READ_AUDIT));
      throw new PosternException(
          ErrorCode.NOT_PERMITTED,
          reader
              + " may not read the audit trail; the host grants it with the privilege "
              + Privilege.READ_AUDIT);
    }
  }

  private Act act(String action) {
    return Act.of(reader.value(), action, "audit:trail");
  }

  private String conditions(AuditQuery query, KeysetPage<Long> page, List<Object> arguments) {
    List<String> all = new ArrayList<>(List.of("1 = 1"));
    page.after()
        .ifPresent(
            after -> {
              all.add("number < ?");
              arguments.add(after);
            });
    query
        .actor()
        .ifPresent(
            actor -> {
              add("actor = ?", actor, all, arguments);
              if (!actor.equals(reader.value())) {
                add(Discretion.NOT_ABOUT_REQUEST_OF, reader, all, arguments);
              }
            });
    query.subject().ifPresent(subject -> add("subject = ?", subject, all, arguments));
    query.from().ifPresent(from -> add("at >= ?", from, all, arguments));
    query.until().ifPresent(until -> add("at < ?", until, all, arguments));
    query
        .action()
        .ifPresent(
            action -> {
              String family = action + ".";
              all.add("(action = ? or substr(action, 1, ?) = ?)");
              arguments.addAll(List.of(action, family.codePointCount(0, family.length()), family));
            });
    return String.join(" and ", all);
  }

  private static void add(
      String condition, Object argument, List<String> all, List<Object> arguments) {
    all.add(condition);
    arguments.add(argument);
  }

  private static String describe(AuditQuery query) {
    List<String> parts = new ArrayList<>();
    query.actor().ifPresent(actor -> parts.add("by " + actor));
    query.subject().ifPresent(subject -> parts.add("about " + subject));
    query.action().ifPresent(action -> parts.add("action " + action));
    query.from().ifPresent(from -> parts.add("from " + from));
    query.until().ifPresent(until -> parts.add("until " + until));
    return parts.isEmpty() ? "all" : String.join(", ", parts);
  }
}
