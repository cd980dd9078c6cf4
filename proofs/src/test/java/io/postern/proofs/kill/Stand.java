package io.postern.proofs.kill;

import io.postern.Postern;
import io.postern.core.PosternBuilder;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.Catalog;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.Occupancy;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.GroupId;
import io.postern.proofs.People;
import io.postern.session.Tool;
import io.postern.spi.Settings;
import io.postern.testing.PooledSource;
import java.nio.file.Path;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where processes are killed: a store, its ledger of credentials, its recordings. Each worker has
 * an item of its own in every set of items; a round works on one set, so that it never waits for
 * what the rounds before it left.
 *
 * @param directory what all processes share
 * @param port of the PostgreSQL server; 0 for the embedded store
 */
record Stand(Path directory, int port) {
  static final int SETS = 12;

  Path ledger() {
    return directory.resolve("ledger");
  }

  EventLedger events() {
    return new EventLedger(directory.resolve("events"));
  }

  boolean isEmbedded() {
    return port == 0;
  }

  Postern open() {
    PosternBuilder builder =
        PosternBuilder.create()
            .dataFolder(directory.resolve("store"))
            .people(new People())
            .connector(new MemoryEndpoint(), Settings.none())
            .credentialManager("site", new LedgerStore(ledger()), Settings.none())
            .eventListener("ledger", events());
    return (isEmbedded() ? builder : builder.dataSource(new PooledSource(server(), 8))).build();
  }

  PGSimpleDataSource server() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {port});
    source.setUser("postgres");
    source.setDatabaseName("postgres");
    return source;
  }

  static JumpItemId item(int set, int worker) {
    return JumpItemId.of("item-" + set + "-" + worker);
  }

  static void furnish(Postern postern) {
    Catalog catalog = postern.as("adam").catalog();
    catalog.save(JumpGroup.of("databases").with(GroupId.of("ops"), JumpPermission.START));
    catalog.save(
        JumpPolicy.named("ask-first")
            .approval(ApprovalTerms.by(Approver.group("approvers")))
            .extendable(10, Duration.ofMinutes(30))
            .rotatingAfterUse()
            .build());
    catalog.save(JumpPolicy.named("free").extendable(10, Duration.ofMinutes(30)).build());
    catalog.save(SessionPolicy.named("tools").allow(Tool.SHELL, Tool.COMMANDS).recorded());
    for (int set = 0; set < SETS; set++) {
      for (int worker = 0; worker < People.WORKERS; worker++) {
        JumpItemId id = item(set, worker);
        catalog.save(
            JumpItem.reachedBy("memory", id.value(), "127.0.0.1", 22)
                .in(JumpGroupId.of("databases"))
                .terms(JumpPolicyId.of(worker < 2 ? "ask-first" : "free"))
                .allowing(SessionPolicyId.of("tools"))
                .occupancy(Occupancy.exclusive(Duration.ZERO))
                .build());
        catalog.pinHostKey(id, MemoryEndpoint.KEY);
      }
    }
  }
}
