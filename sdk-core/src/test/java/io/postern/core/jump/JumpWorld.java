package io.postern.core.jump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.OptionalBinder;
import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PosternException;
import io.postern.core.audit.AuditModule;
import io.postern.core.connector.Connectors;
import io.postern.core.person.PersonModule;
import io.postern.core.store.Database;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.CredentialKind;
import io.postern.jump.Catalog;
import io.postern.jump.HostKey;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemSummary;
import io.postern.jump.JumpItems;
import io.postern.jump.JumpPermission;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Principal;
import io.postern.person.Privilege;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.ShowsHostKeys;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.notifier.Notifier;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The room as the lead wires it, over a real store, with people and an endpoint to play with. */
final class JumpWorld implements PersonDirectory {
  static final PersonId ADMIN = PersonId.of("ada");
  static final HostKey KEY = HostKey.of("ssh-ed25519", new byte[] {1, 2, 3});
  static final HostKey OTHER_KEY = HostKey.of("ssh-ed25519", new byte[] {4, 5, 6});
  static final HostKey OTHER_TYPE = HostKey.of("ssh-rsa", new byte[] {7, 8, 9});

  /** One line of the audit trail. */
  record Entry(String actor, String action, String subject, String why, String details) {}

  private final Map<PersonId, Person> people = new HashMap<>();
  private final Database database;
  private final Injector injector;
  final List<ShowsHostKeys.ShowHostKeyRequest> asked = new ArrayList<>();
  Supplier<HostKey> endpoint = () -> KEY;
  boolean showsKeys = true;

  JumpWorld(StoreUnderTest store) {
    this(store, true);
  }

  JumpWorld(StoreUnderTest store, boolean withNotifier) {
    database = store.database();
    injector =
        Guice.createInjector(
            new PersonModule(),
            new AuditModule(),
            new JumpModule(),
            binder -> {
              binder.bind(Database.class).toInstance(database);
              binder.bind(InstantSource.class).toInstance(store.clock());
              binder.bind(PersonDirectory.class).toInstance(this);
              binder
                  .bind(Connectors.class)
                  .toInstance(
                      method -> showsKeys ? new ShowingConnector() : new KeylessConnector());
              OptionalBinder<Notifier> notifier =
                  OptionalBinder.newOptionalBinder(binder, Notifier.class);
              if (withNotifier) {
                notifier.setBinding().toInstance(delivery -> {});
              }
            });
    add(Person.named("ada", "Ada").with(Privilege.ADMINISTER_CATALOG));
  }

  /** Of a protocol without host keys, and can do nothing. */
  private static class KeylessConnector implements Connector {
    @Override
    public Set<CredentialKind> accepts() {
      return Set.of();
    }

    @Override
    public EndpointConnection open(OpenRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  /** Shows the key that the test says, and can do nothing else. */
  private final class ShowingConnector extends KeylessConnector implements ShowsHostKeys {
    @Override
    public HostKey showHostKey(ShowHostKeyRequest request) {
      asked.add(request);
      return endpoint.get();
    }
  }

  @Override
  public Optional<Person> find(PersonId id) {
    return Optional.ofNullable(people.get(id));
  }

  @Override
  public List<Person> members(GroupId group) {
    return people.values().stream().filter(person -> person.is(group)).toList();
  }

  Person add(Person.Builder described) {
    Person person = described.build();
    people.put(person.id(), person);
    return person;
  }

  Person person(String id, String... groups) {
    return add(Person.named(id, id.toUpperCase(Locale.ROOT)).memberOf(groups));
  }

  Database database() {
    return database;
  }

  Items items() {
    return injector.getInstance(Items.class);
  }

  Judge judge() {
    return injector.getInstance(Judge.class);
  }

  Catalog catalog() {
    return catalog(ADMIN);
  }

  Catalog catalog(PersonId person) {
    return injector.getInstance(JumpServices.class).catalog(person);
  }

  JumpItems as(Person person) {
    return injector.getInstance(JumpServices.class).jumpItems(person.id());
  }

  JumpGroupId group(String id) {
    catalog().save(JumpGroup.of(id));
    return JumpGroupId.of(id);
  }

  JumpGroupId group(String id, Principal member, JumpPermission... permissions) {
    JumpGroupId group = JumpGroupId.of(id);
    catalog()
        .save(catalog().group(group).orElseGet(() -> JumpGroup.of(id)).with(member, permissions));
    return group;
  }

  JumpItem item(String id, JumpGroupId group) {
    return save(JumpItem.ssh(id, id + ".example", 22).in(group));
  }

  JumpItem save(JumpItem.Builder described) {
    JumpItem item = described.build();
    catalog().save(item);
    return item;
  }

  /** The audit entries about a subject in order; of all where the subject is empty. */
  List<Entry> audit(String subject) {
    return database.read(
        tx ->
            tx.list(
                "select * from audit where subject = ? or ? = '' order by number",
                row ->
                    new Entry(
                        row.text("actor"),
                        row.text("action"),
                        row.text("subject"),
                        row.text("why"),
                        row.text("details")),
                subject,
                subject));
  }

  Entry lastAudit() {
    List<Entry> all = audit("");
    return all.get(all.size() - 1);
  }

  static List<String> ids(Iterable<JumpItemSummary> items) {
    List<String> ids = new ArrayList<>();
    items.forEach(item -> ids.add(item.id().value()));
    return ids;
  }

  static List<String> ids(Page<JumpItemSummary> page) {
    return ids((Iterable<JumpItemSummary>) page);
  }

  static PosternException refused(ErrorCode code, ThrowingCallable call) {
    List<PosternException> thrown = new ArrayList<>();
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .satisfies(thrown::add);
    return thrown.get(0);
  }
}
