package io.postern.core.recording;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.AuditModule;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.store.StoreUnderTest;
import io.postern.core.store.Tx;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.session.SessionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The recording room as the lead wires it, over a store under test. */
final class RecordingHouse {
  static final SessionId SESSION = SessionId.of("s1");
  static final PersonId AUDITOR = PersonId.of("auditor");
  static final PersonId OWNER = PersonId.of("maya");

  final Path directory;
  final StoreUnderTest store;
  final Outage outage;
  final Recorder recorder;
  final RecordingAccess access;

  RecordingHouse(StoreUnderTest store, Path directory) {
    this.store = store;
    this.directory = directory;
    this.outage = new Outage(store.database());
    Injector injector =
        Guice.createInjector(
            new RecordingModule(),
            new AuditModule(),
            new AbstractModule() {
              @Override
              protected void configure() {
                binder().requireExplicitBindings();
                binder().requireAtInjectOnConstructors();
                bind(Database.class).toInstance(outage);
                bind(Ids.class);
                bind(InstantSource.class).toInstance(store.clock());
                bind(People.class).toInstance(new Staff());
                bind(RecordingSettings.class).toInstance(new RecordingSettings(directory));
              }
            });
    recorder = injector.getInstance(Recorder.class);
    access = injector.getInstance(RecordingAccess.class);
    if (store
        .database()
        .read(tx -> tx.first("select id from session where id = ?", row -> 1, SESSION))
        .isEmpty()) {
      session(SESSION);
    }
  }

  void session(SessionId id) {
    store
        .database()
        .change(
            tx ->
                tx.run(
                    "insert into session (id, item, item_name, owner, status, end_detail, reason,"
                        + " ticket, language, created_at, duration, frozen_message, extensions,"
                        + " ask_digest, start_when_approved, policy, version)"
                        + " values (?, 'i', 'i', ?, 'ACTIVE', '', '', '', 'en', ?, 1, '', 0, '', 0,"
                        + " '{}', 1)",
                    id,
                    OWNER,
                    store.clock().instant()));
  }

  Recorder.Redactions redactions(String password) {
    try (Credential credential =
        Credential.password("root", Secret.takeFrom(password.getBytes(UTF_8)))) {
      return recorder.redactionsOf(credential);
    }
  }

  Recorder.Track begin(String name) {
    return recorder.begin(SESSION, name, 80, 24, redactions("hunter2!"));
  }

  static void show(Recorder.Track track, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    track.output(bytes, 0, bytes.length);
  }

  List<String> audited() {
    return store
        .database()
        .read(
            tx ->
                tx.list(
                    "select actor, action, subject from audit order by number",
                    row ->
                        row.text("actor") + " " + row.text("action") + " " + row.text("subject")));
  }

  List<Path> files(String suffix) {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The host's directory: an auditor who may view recordings, an owner who may not. */
  private static final class Staff implements People {
    @Override
    public Person require(PersonId id) {
      return find(id)
          .orElseThrow(() -> new PosternException(ErrorCode.PERSON_UNKNOWN, "nobody: " + id));
    }

    @Override
    public Optional<Person> find(PersonId id) {
      return switch (id.value()) {
        case "auditor" ->
            Optional.of(Person.named("auditor", "Ada").with(Privilege.VIEW_RECORDINGS).build());
        case "maya" ->
            Optional.of(
                Person.named("maya", "Maya")
                    .with(Privilege.ADMINISTER_SESSIONS, Privilege.READ_AUDIT)
                    .build());
        default -> Optional.empty();
      };
    }

    @Override
    public List<Person> members(GroupId group) {
      return List.of();
    }

    @Override
    public Person requireWith(PersonId id, Privilege privilege, String what) {
      throw new UnsupportedOperationException("recordings that may not be seen do not exist");
    }
  }

  /** A store that can be out of reach. */
  static final class Outage implements Database {
    private final Database real;
    volatile boolean on;

    Outage(Database real) {
      this.real = real;
    }

    private Database reached() {
      if (on) {
        throw new PosternException(ErrorCode.STORE_UNAVAILABLE, "the store is out of reach");
      }
      return real;
    }

    @Override
    public <T> T read(Function<Tx, T> work) {
      return reached().read(work);
    }

    @Override
    public <T> T change(Function<Tx, T> work) {
      return reached().change(work);
    }

    @Override
    public <T> T changeAtOnce(Function<Tx, T> work) {
      return reached().changeAtOnce(work);
    }

    @Override
    public Dialect dialect() {
      return real.dialect();
    }

    @Override
    public void close() {}
  }
}
