package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.OptionalBinder;
import io.postern.PageRequest;
import io.postern.core.audit.AuditModule;
import io.postern.core.connector.Connectors;
import io.postern.core.fake.SettablePeople;
import io.postern.core.jump.Judge;
import io.postern.core.jump.JumpModule;
import io.postern.core.person.PersonModule;
import io.postern.core.store.Database;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.KeysetPage;
import io.postern.core.store.StoreUnderTest;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.session.SessionQuery;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.notifier.Notifier;
import io.postern.testing.Rule;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That the embedded store finds a page of sessions by its indexes, however many there are. */
class SessionPlanTest {
  @RegisterExtension final StoreUnderTest store = StoreUnderTest.sqlite();
  private final Person maya = Person.named("maya", "Maya").memberOf("ops").build();
  private Judge judge;

  @BeforeEach
  void findTheJudge() {
    Injector injector =
        Guice.createInjector(
            new PersonModule(),
            new AuditModule(),
            new JumpModule(),
            binder -> {
              binder.bind(Database.class).toInstance(store.database());
              binder.bind(InstantSource.class).toInstance(store.clock());
              binder.bind(PersonDirectory.class).toInstance(new SettablePeople());
              binder
                  .bind(Connectors.class)
                  .toInstance(
                      method -> {
                        throw new UnsupportedOperationException();
                      });
              OptionalBinder.newOptionalBinder(binder, Notifier.class);
            });
    judge = injector.getInstance(Judge.class);
  }

  private String plan(Person person, SessionQuery query, PageRequest page) {
    SessionSearch search = SessionSearch.of(person, query, KeysetPage.byId(page, "sessions"));
    List<String> steps =
        store
            .database()
            .read(
                tx ->
                    tx.list(
                        "explain query plan " + search.statement(judge, Dialect.SQLITE),
                        row -> row.text("detail"),
                        search.arguments()));
    return String.join("\n", steps);
  }

  @Test
  @Rule({"SES-3", "VIS-2"})
  void list_ofWhoDoesNotSeeAll_beginsWithTheirOwnAndWithWhatTheyMayRead() {
    for (PageRequest page :
        List.of(PageRequest.first(), PageRequest.first().after("0".repeat(26)))) {
      assertThat(plan(maya, SessionQuery.all(), page))
          .contains("session_owner (owner=?")
          .contains("session_item (item=?")
          .contains("jump_item_group (group_id=?)")
          .contains("jump_item_personal (personal_list_of=?)")
          .doesNotContain("SCAN session");
    }
    assertThat(plan(maya, SessionQuery.all().on(JumpItemId.of("i")), PageRequest.first()))
        .contains("session_item (item=?")
        .doesNotContain("SCAN session");
  }

  @Test
  @Rule("SES-4")
  void list_ofWhoSeesAll_isReadInItsOrder() {
    Person adam = Person.named("adam", "Adam").with(Privilege.ADMINISTER_SESSIONS).build();
    assertThat(plan(adam, SessionQuery.all(), PageRequest.first())).doesNotContain("TEMP B-TREE");
  }
}
