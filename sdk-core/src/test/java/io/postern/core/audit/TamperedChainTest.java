package io.postern.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.audit.AuditCheck;
import io.postern.core.store.Database;
import io.postern.core.store.StoreUnderTest;
import io.postern.core.store.Tx;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal G41 in its short form: whatever is done to a linked row is found. */
@Timeout(120)
class TamperedChainTest {
  private static final int ROWS = 12;
  private static final int MUTATIONS = 1_000;
  private static final List<String> TEXTS =
      List.of("actor", "action", "subject", "from_state", "to_state", "why", "details", "hash");

  @RegisterExtension final StoreUnderTest store = StoreUnderTest.sqlite();

  @Test
  void verify_afterAnyOfAThousandMutations_findsIt() {
    Database database = store.database();
    Journal journal = new JdbcJournal(database, store.clock());
    AuditSealer sealer = new AuditSealer(database);
    for (int i = 0; i < ROWS; i++) {
      journal.write(
          Act.of("p" + i, "session.act", "session:" + i).moving("A", "B").because("w" + i));
    }
    sealer.sealAll();
    AuditCheck clean = new ChainCheck(database).run();
    assertThat(clean.intact()).isTrue();
    assertThat(clean.entries()).isEqualTo(ROWS);
    database.change(tx -> tx.run("create table original as select * from audit"));

    long seed = 20_261_122;
    Random random = new Random(seed);
    for (int round = 0; round < MUTATIONS; round++) {
      String done = database.change(tx -> mutate(tx, random));
      sealer.sealAll();
      AuditCheck check = new ChainCheck(database).run();
      // Only a cut at the very end leaves a chain that is right in itself, and then it is shorter.
      boolean found =
          !check.intact() || check.entries() < ROWS || !check.head().equals(clean.head());
      assertThat(found).as("seed %d, round %d: %s", seed, round, done).isTrue();
      if (!done.startsWith("remove link " + ROWS)) {
        assertThat(check.intact()).as("seed %d, round %d: %s", seed, round, done).isFalse();
        assertThat(check.finding()).isNotEmpty();
      }
      database.change(
          tx -> {
            tx.run("delete from audit");
            return tx.run("insert into audit select * from original");
          });
      AuditCheck again = new ChainCheck(database).run();
      assertThat(again).as("false alarm in round %d", round).isEqualTo(clean);
    }
  }

  private static String mutate(Tx tx, Random random) {
    int link = 1 + random.nextInt(ROWS);
    int other = 1 + (link + random.nextInt(ROWS - 1)) % ROWS;
    switch (random.nextInt(8)) {
      case 0:
        tx.run("delete from audit where link = ?", link);
        return "remove link " + link;
      case 1:
        String column = TEXTS.get(random.nextInt(TEXTS.size()));
        tx.run("update audit set " + column + " = " + column + " || 'x' where link = ?", link);
        return "append to " + column + " of " + link;
      case 2:
        String flipped = TEXTS.get(random.nextInt(3));
        tx.run("update audit set " + flipped + " = 'Z' where link = ?", link);
        return "replace " + flipped + " of " + link;
      case 3:
        tx.run("update audit set at = at + ? where link = ?", 1 + random.nextInt(9), link);
        return "shift time of " + link;
      case 4:
        // Moves a character over a border between two fields.
        tx.run(
            "update audit set actor = actor || 's', action = substr(action, 2) where link = ?",
            link);
        return "shift border in " + link;
      case 5:
        int to = other == link ? 1 + link % ROWS : other;
        tx.run("update audit set link = -1 where link = ?", link);
        tx.run("update audit set link = ? where link = ?", link, to);
        tx.run("update audit set link = ? where link = -1", to);
        return "swap links " + link + " and " + to;
      case 6:
        tx.run("update audit set link = -link where link >= ?", link);
        tx.run("update audit set link = 1 - link where link < 0");
        tx.run(
            "insert into audit (at, actor, action, subject, from_state, to_state, why, details,"
                + " link, hash) select at, actor, action, subject, from_state, to_state, why,"
                + " details, ?, hash from original where link = ?",
            link,
            link);
        return "insert a copy before " + link;
      default:
        tx.run("update audit set number = number + 1000 where link = ?", link);
        return "renumber " + link;
    }
  }
}
