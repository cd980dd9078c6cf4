package io.postern.core.audit;

import io.postern.audit.AuditCheck;
import io.postern.core.store.Database;
import io.postern.core.store.Row;
import java.util.List;

/** One walk along the chain, from its first link to the newest, a page in memory at a time. */
final class ChainCheck {
  /** A row with its place in the chain. */
  private record Link(long link, String hash, AuditRow row) {
    static Link read(Row row) {
      return new Link(row.number("link"), row.optionalText("hash").orElse(""), AuditRow.read(row));
    }
  }

  private static final int PAGE = 1_000;

  private final Database database;
  private long entries;
  private String head = "";
  private String finding = "";

  ChainCheck(Database database) {
    this.database = database;
  }

  AuditCheck run() {
    List<Link> page = page("link is not null");
    while (!page.isEmpty() && finding.isEmpty()) {
      for (Link link : page) {
        check(link);
        if (!finding.isEmpty()) {
          break;
        }
      }
      page = page("link > ?", page.get(page.size() - 1).link());
    }
    return new AuditCheck(finding.isEmpty(), entries, head, finding);
  }

  private void check(Link link) {
    long expected = entries + 1;
    if (link.link() < expected) {
      finding = "entry " + link.row().number() + " was inserted: it claims link " + link.link();
    } else if (link.link() > expected) {
      finding =
          "link "
              + expected
              + " is missing: its entry was removed; the next that is there is link "
              + link.link()
              + ", entry "
              + link.row().number();
    } else if (!link.row().hash(head, expected).equals(link.hash())) {
      finding =
          "link "
              + expected
              + ", entry "
              + link.row().number()
              + ", is not what was linked: it, or the place it stands at, was changed";
    } else {
      entries = expected;
      head = link.hash();
    }
  }

  private List<Link> page(String where, Object... arguments) {
    return database.read(
        tx ->
            tx.list(
                "select link, hash, "
                    + AuditRow.COLUMNS
                    + " from audit where "
                    + where
                    + " order by link limit "
                    + PAGE,
                Link::read,
                arguments));
  }
}
