package io.postern.core.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Stage;
import io.postern.PageRequest;
import io.postern.audit.AuditQuery;
import io.postern.core.audit.Act;
import io.postern.core.audit.AuditModule;
import io.postern.core.audit.AuditTrails;
import io.postern.core.audit.Journal;
import io.postern.core.notice.Inboxes;
import io.postern.core.notice.NoticeModule;
import io.postern.core.notice.Notices;
import io.postern.core.person.PersonModule;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.store.StoreUnderTest;
import io.postern.notice.Notice;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.notifier.Notifier;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The four modules together, as the door wires them. */
@Timeout(30)
class GroundFloorTest {
  @RegisterExtension final StoreUnderTest store = StoreUnderTest.sqlite();

  private Injector injector(Module... more) {
    List<Module> modules =
        new ArrayList<>(
            List.of(
                (Module) binder -> binder.bind(Database.class).toInstance(store.database()),
                new AuditModule(),
                new NoticeModule(Map.of()),
                new SweepModule(),
                new PersonModule(),
                new AbstractModule() {
                  @Override
                  protected void configure() {
                    binder().requireExplicitBindings();
                    binder().requireAtInjectOnConstructors();
                    binder().requireExactBindingAnnotations();
                    binder().disableCircularProxies();
                    bind(InstantSource.class).toInstance(store.clock());
                    bind(Ids.class).toInstance(new Ids(store.clock()));
                    bind(PersonDirectory.class)
                        .toInstance(PersonDirectory.of(Person.named("maya", "Maya Ito").build()));
                  }
                }));
    modules.addAll(List.of(more));
    return Guice.createInjector(Stage.PRODUCTION, modules);
  }

  private void tell(Injector injector) {
    Notices notices = injector.getInstance(Notices.class);
    injector
        .getInstance(Database.class)
        .change(
            tx -> {
              injector.getInstance(Journal.class).write(tx, Act.of("maya", "a.b", "c:d"));
              notices.tell(
                  tx,
                  new Notices.Telling(
                      Optional.of(PersonId.of("maya")),
                      "maya@example.org",
                      Locale.ENGLISH,
                      Notice.Kind.SESSION_ENDED,
                      "session:1",
                      "subject",
                      "body",
                      Optional.empty()));
              return 0;
            });
  }

  @Test
  void modules_withANotifier_sealAndDeliver() throws Exception {
    BlockingQueue<Notifier.Delivery> delivered = new LinkedBlockingQueue<>();
    Injector injector =
        injector(
            new AbstractModule() {
              @Override
              protected void configure() {
                bind(Notifier.class).toInstance(delivered::add);
              }
            });
    try (Sweeper sweeper = injector.getInstance(Sweeper.class)) {
      sweeper.start();
      tell(injector);
      sweeper.wake();
      assertThat(delivered.poll(10, TimeUnit.SECONDS)).isNotNull();
      var trail = injector.getInstance(AuditTrails.class).readBy(PersonId.of("a"), any -> true);
      assertThat(trail.list(AuditQuery.all(), PageRequest.first())).hasSize(1);
      assertThat(trail.verify().intact()).isTrue();
    }
    assertThat(
            injector.getInstance(Inboxes.class).of(PersonId.of("maya")).unread(PageRequest.first()))
        .hasSize(1);
  }

  @Test
  void modules_withoutANotifier_keepNoticesInTheInbox() {
    Injector injector = injector();
    tell(injector);
    assertThat(injector.getInstance(Sweeper.class).sweepNow()).isFalse();
    assertThat(
            injector.getInstance(Inboxes.class).of(PersonId.of("maya")).list(PageRequest.first()))
        .hasSize(1);
  }
}
