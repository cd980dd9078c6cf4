package io.postern.core.credential;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.OptionalBinder;
import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.audit.AuditModule;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.Lending.Loan;
import io.postern.core.jump.Items;
import io.postern.core.jump.Judge;
import io.postern.core.person.People;
import io.postern.core.plugin.Plugins;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.credential.CandidateId;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Credentials;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.jump.HostKey;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicy;
import io.postern.jump.Verdict;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.session.SessionId;
import io.postern.spi.Settings;
import io.postern.spi.alarm.Alarm;
import io.postern.spi.alarm.AlarmListener;
import io.postern.spi.connector.Connector.HostKeys;
import io.postern.spi.credential.PasswordChanger;
import io.postern.testing.SettableClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * The credentials room, wired with its own module on a store, beside stand-ins for its neighbours.
 */
final class LendingRoom implements AutoCloseable {
  static final JumpItem ITEM =
      JumpItem.ssh("orders", "orders.example", 22).in(JumpGroupId.of("g")).build();
  static final Person MAYA =
      Person.named("maya", "Maya").with(Privilege.CHECK_OUT_ACCOUNTS).build();
  static final Person OTTO =
      Person.named("otto", "Otto").with(Privilege.CHECK_OUT_ACCOUNTS).build();
  static final Person ADA =
      Person.named("ada", "Ada").with(Privilege.ADMINISTER_CREDENTIALS).build();
  static final Person VERA = Person.named("vera", "Vera").with(Privilege.VIEW_SECRETS).build();
  static final SessionId SESSION = SessionId.of("s1");

  final CredentialManagers managers;
  final Lending lending;
  final LeaseSweep sweep;
  final Neighbours neighbours = new Neighbours();
  final Upkeep upkeep;
  final CandidateCache cache;
  final Alarms alarms;
  final MemberSweep members;

  /** What the host was told. */
  final BlockingQueue<Alarm> told = new LinkedBlockingQueue<>();

  /** What the host's listener does beside keeping what it is told. */
  volatile Consumer<Alarm> listening = alarm -> {};

  /** What changes passwords at endpoints. */
  volatile PasswordChanger changing = change -> {};

  private final Injector injector;
  private final Database database;
  private final SettableClock clock;
  private final Ids ids;

  private LendingRoom(
      Database database,
      SettableClock clock,
      CredentialLimits limits,
      List<ManagerConfiguration> configurations) {
    this.database = database;
    this.clock = clock;
    this.ids = new Ids(clock);
    managers =
        CredentialManagers.open(
            configurations, Plugins.on(LendingRoom.class.getClassLoader()), clock, limits);
    injector =
        Guice.createInjector(
            (Module) binder -> binder.bind(Database.class).toInstance(database),
            new AuditModule(),
            new CredentialModule(CandidateTimes.standard()),
            new AbstractModule() {
              @Override
              protected void configure() {
                OptionalBinder.newOptionalBinder(binder(), AlarmListener.class)
                    .setBinding()
                    .toInstance(
                        alarm -> {
                          told.add(alarm);
                          listening.accept(alarm);
                        });
                bind(InstantSource.class).toInstance(clock);
                bind(Ids.class).toInstance(ids);
                bind(CredentialManagers.class).toInstance(managers);
                bind(People.class).toInstance(neighbours);
                bind(Judge.class).toInstance(neighbours);
                bind(Items.class).toInstance(neighbours);
                bind(new TypeLiteral<Optional<PasswordChanger>>() {})
                    .toInstance(Optional.of(change -> changing.change(change)));
              }
            });
    lending = injector.getInstance(Lending.class);
    upkeep = injector.getInstance(Upkeep.class);
    cache = injector.getInstance(CandidateCache.class);
    alarms = injector.getInstance(Alarms.class);
    members = injector.getInstance(MemberSweep.class);
    sweep =
        new LeaseSweep(
            managers,
            injector.getInstance(Settlement.class),
            injector.getInstance(Renewal.class),
            injector.getInstance(Returning.class),
            injector.getInstance(LateLoans.class),
            injector.getInstance(LateRotations.class),
            database,
            clock,
            Duration.ofSeconds(30));
  }

  static LendingRoom on(
      Database database,
      SettableClock clock,
      CredentialLimits limits,
      Map<String, LedgerVault> vaults) {
    List<ManagerConfiguration> configurations = new ArrayList<>();
    vaults.forEach(
        (name, vault) ->
            configurations.add(ManagerConfiguration.byHand(name, vault, Settings.none())));
    return new LendingRoom(database, clock, limits, configurations);
  }

  static LendingRoom with(
      Database database,
      SettableClock clock,
      CredentialLimits limits,
      ManagerConfiguration... configurations) {
    return new LendingRoom(database, clock, limits, List.of(configurations));
  }

  /** What this process is called in the store. */
  String process() {
    return ids.process();
  }

  <T> T instance(Class<T> type) {
    return injector.getInstance(type);
  }

  Credentials credentials(Person person) {
    return injector.getInstance(CredentialServices.class).credentials(person.id());
  }

  Loan loan(Person person, String session, String manager, String key) {
    return loan(person, session, manager, key, false);
  }

  Loan loan(Person person, String session, String manager, String key, boolean rotate) {
    return new Loan(
        person,
        SessionId.of(session),
        Connectors.endpoint(ITEM),
        new CandidateId(manager, key),
        clock.instant().plus(Duration.ofHours(2)),
        rotate);
  }

  /** Ends a session as the session room does. */
  void end(String session) {
    database.change(
        tx -> {
          lending.giveBack(tx, SessionId.of(session), Duration.ZERO);
          return true;
        });
    lending.settle(SessionId.of(session));
  }

  State state(LeaseId lease) {
    return row(lease).state();
  }

  LeaseRow row(LeaseId lease) {
    return database.read(tx -> LeaseRows.find(tx, lease)).orElseThrow();
  }

  List<LeaseRow> rows() {
    return database.read(
        tx -> tx.list("select " + LeaseRow.COLUMNS + " from lease order by id", LeaseRow::read));
  }

  /** Sweeps with time going on until nothing is due any more. */
  void sweepOut() {
    for (int i = 0; i < 40; i++) {
      sweep.sweep();
      clock.advance(Duration.ofMinutes(20));
    }
  }

  /** Waits for calls that lend something: until they end, nobody can give that back. */
  void awaitLenders() {
    Awaiting.until("no call lends any more", () -> instance(LateLoans.class).lending().isEmpty());
  }

  List<String> audit() {
    return database.read(
        tx ->
            tx.list(
                "select action, details, why from audit order by number",
                row -> row.text("action") + " " + row.text("details") + " " + row.text("why")));
  }

  long audited(String action) {
    return audit().stream().filter(entry -> entry.startsWith(action + " ")).count();
  }

  @Override
  public void close() {
    upkeep.close();
    managers.close();
  }

  /** People, rights and items, as simple as can be. */
  static final class Neighbours implements People, Judge, Items {
    final Map<JumpItemId, JumpItem> items = new ConcurrentHashMap<>(Map.of(ITEM.id(), ITEM));
    final Map<PersonId, Person> people =
        new ConcurrentHashMap<>(
            Map.of(MAYA.id(), MAYA, OTTO.id(), OTTO, ADA.id(), ADA, VERA.id(), VERA));
    volatile JumpPolicy policy = JumpPolicy.standard();
    volatile boolean visible = true;
    volatile boolean directoryFails;

    @Override
    public Person require(PersonId id) {
      return find(id).orElseThrow(() -> new PosternException(ErrorCode.PERSON_UNKNOWN, id.value()));
    }

    @Override
    public Optional<Person> find(PersonId id) {
      if (directoryFails) {
        throw new PosternException(ErrorCode.DIRECTORY_UNAVAILABLE, "down");
      }
      return Optional.ofNullable(people.get(id));
    }

    @Override
    public List<Person> members(GroupId group) {
      return List.of();
    }

    @Override
    public Person requireWith(PersonId id, Privilege privilege, String what) {
      Person person = require(id);
      if (!person.may(privilege)) {
        throw new PosternException(ErrorCode.NOT_PERMITTED, what);
      }
      return person;
    }

    @Override
    public Optional<Verdict> verdict(Tx tx, Person person, JumpItemId item) {
      return visible && items.containsKey(item)
          ? Optional.of(new Verdict(true, true, "test", "may", ""))
          : Optional.empty();
    }

    @Override
    public boolean permits(Tx tx, Person person, JumpItemId item) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Admission admit(Tx tx, Person person, JumpItemId item) {
      return verdict(tx, person, item)
          .map(verdict -> new Admission(items.get(item), policy, 1))
          .orElseThrow(() -> new PosternException(ErrorCode.JUMP_ITEM_NOT_FOUND, item.value()));
    }

    @Override
    public ToolRights tools(Tx tx, Person owner, JumpItemId item) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean mayViewReports(Tx tx, Person person, JumpItemId item) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String itemsWithReports(
        Person person, Database.Dialect dialect, Consumer<Object> arguments) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<JumpItem> find(Tx tx, JumpItemId id) {
      return Optional.ofNullable(items.get(id));
    }

    @Override
    public List<HostKey> hostKeys(Tx tx, JumpItemId id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public HostKeys judgeOf(JumpItem item, PersonId person) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void used(Tx tx, PersonId person, JumpItemId item) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String document(JumpPolicy of) {
      throw new UnsupportedOperationException();
    }

    @Override
    public JumpPolicy policy(String document) {
      throw new UnsupportedOperationException();
    }
  }
}
