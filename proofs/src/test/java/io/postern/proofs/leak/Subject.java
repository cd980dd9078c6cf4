package io.postern.proofs.leak;

import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.approval.AccessRequest;
import io.postern.audit.AuditQuery;
import io.postern.core.PosternBuilder;
import io.postern.core.injection.InjectedProcess;
import io.postern.core.injection.ProcessInjector;
import io.postern.credential.CandidateId;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.credential.Viewing;
import io.postern.credential.file.CredentialEntry;
import io.postern.credential.file.EncryptedCredentialFile;
import io.postern.credential.file.FileKey;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.Catalog;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItems;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.GroupId;
import io.postern.proofs.People;
import io.postern.recording.Recording;
import io.postern.session.Command;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionReport;
import io.postern.session.Shell;
import io.postern.session.ShellOutput;
import io.postern.session.Tool;
import io.postern.spi.Settings;
import io.postern.spi.credential.PasswordChanger;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The process that is searched. It plays the whole flow with secrets that it reads from its
 * standard input, prints every object and exception that it meets, and then stays as it is. What
 * endpoints show is the person's to see, and not printed. Arguments: directory, accounts, port.
 */
final class Subject {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path directory;
  private final Path accounts;
  private final int port;
  private final SecretInput in = new SecretInput();
  private final Map<String, Secret> plants = new java.util.TreeMap<>();
  private final List<Session> sessions = new ArrayList<>();

  private Subject(String[] arguments) {
    directory = Path.of(arguments[0]);
    accounts = Path.of(arguments[1]);
    port = Integer.parseInt(arguments[2]);
  }

  public static void main(String[] arguments) throws Exception {
    new Subject(arguments).run(arguments.length > 3);
  }

  private void run(boolean planting) throws Exception {
    Secret filePassphrase = in.secret();
    Path file = directory.resolve("credentials").resolve("site");
    fill(file, filePassphrase);
    Secret typed = in.secret();
    if (planting) {
      for (String sink : LeakTest.PLANTED) {
        plants.put(sink, in.secret());
      }
    }
    try (Postern postern =
        PosternBuilder.create()
            .dataFolder(directory.resolve("store"))
            .recordings(directory.resolve("recordings"))
            .people(new People())
            .connector("ssh")
            .credentialManager(
                "site",
                "encrypted-file",
                print(Settings.with("file", file).and("passphrase", filePassphrase)))
            .passwordChanger(this::change)
            .build()) {
      print(postern);
      furnish(postern);
      refused(postern);
      rotated(postern);
      viewed(postern);
      injected(postern);
      // From here on connections stay open while the parent looks.
      Connection app = print(connect(postern, "app").connect());
      Connection keyed = print(connect(postern, "keyed").connect());
      Credential own = print(Credential.password("typed", typed));
      Connection byHand = print(connect(postern, "typed").connect(own));
      print(typed);
      print(app.run("echo app"));
      print(keyed.run("echo keyed"));
      print(byHand.run("echo typed"));
      plantInMemory(postern, app);
      say("open");
      require('e');
      show(app);
      show(byHand);
      print(app.files().upload(Files.writeString(directory.resolve("up"), "x"), "/up"));
      print(app.files().list("/"));
      sessions.forEach(Session::end);
      look(postern);
      say("ended");
      require('q');
    }
    say("closed");
    require('x');
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private void require(char order) throws IOException {
    char given = in.order();
    if (given != order) {
      throw new IllegalStateException("told " + given + " instead of " + order);
    }
  }

  private static <T> T print(T met) {
    System.out.println(met);
    return met;
  }

  private static void print(PosternException met) {
    System.out.println(met.code() + " " + met.getMessage() + " " + met);
    met.printStackTrace();
  }

  private void fill(Path file, Secret passphrase) throws IOException {
    Files.createDirectories(file.getParent());
    try (EncryptedCredentialFile credentials =
            print(EncryptedCredentialFile.create(file, FileKey.passphrase(passphrase)));
        Secret app = in.secret();
        Secret wrong = in.secret();
        Secret key = in.secret();
        Secret keyPassphrase = in.secret()) {
      credentials.put(
          print(CredentialEntry.password("app", "app").forItem("app").exclusive().build()), app);
      credentials.put(CredentialEntry.password("wrong", "wrong").forItem("wrong").build(), wrong);
      credentials.put(
          print(CredentialEntry.privateKey("keyed", "keyed").forItem("keyed").build()),
          key,
          keyPassphrase);
      print(credentials.list());
    }
  }

  /** What the endpoint's administration would do: the server reads passwords from files. */
  private void change(PasswordChanger.Change change) {
    print(change);
    Path account = accounts.resolve(change.username());
    try (FileChannel out =
        FileChannel.open(
            account,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      change.next().use(bytes -> written(out, bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int written(FileChannel out, ByteBuffer bytes) {
    try {
      return out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void furnish(Postern postern) {
    Catalog catalog = postern.as("adam").catalog();
    catalog.save(JumpGroup.of("hosts").with(GroupId.of("ops"), JumpPermission.START));
    catalog.save(
        JumpPolicy.named("ask-first")
            .approval(ApprovalTerms.by(Approver.group("approvers")))
            .extendable(2, Duration.ofMinutes(30))
            .rotatingAfterUse()
            .build());
    catalog.save(JumpPolicy.named("free").viewable(Duration.ofMinutes(5)).build());
    catalog.save(SessionPolicy.named("tools").allow(Tool.values()).recorded());
    for (String item : List.of("app", "keyed", "typed", "wrong")) {
      catalog.save(
          print(
              JumpItem.reachedBy("ssh", item, "127.0.0.1", port)
                  .in(JumpGroupId.of("hosts"))
                  .terms(JumpPolicyId.of(item.equals("app") ? "ask-first" : "free"))
                  .allowing(SessionPolicyId.of("tools"))
                  .build()));
      print(catalog.enrolHostKey(JumpItemId.of(item)));
    }
  }

  private Session connect(Postern postern, String item) {
    Session session =
        postern
            .as("worker-0")
            .sessions()
            .start(
                JumpItemId.of(item),
                ask ->
                    ask.reason("INC-4711 " + plant("database")).ticket("T-1 " + plant("report")));
    print(session);
    sessions.add(session);
    for (AccessRequest request : postern.as("noor").approvals().toDecide(PageRequest.first())) {
      print(request);
      print(request.asText());
      print(postern.as("noor").approvals().approve(request.id(), "go ahead"));
    }
    session.awaitAvailable(PATIENCE);
    print(session.candidates(""));
    print(session.detail());
    JumpItems items = postern.as("worker-0").jumpItems();
    print(items.detail(JumpItemId.of(item)));
    print(items.terms(JumpItemId.of(item)));
    print(items.explain(JumpItemId.of(item)));
    print(items.search(item));
    return session;
  }

  /** A password that the endpoint refuses, and a key file that nobody can read. */
  private void refused(Postern postern) {
    for (int i = 0; i < 2; i++) {
      try {
        print(connect(postern, "wrong").connect());
        throw new IllegalStateException("a wrong password opened something");
      } catch (PosternException e) {
        print(e);
      }
    }
  }

  /** A whole session, after which the password is replaced. */
  private void rotated(Postern postern) {
    Session session = connect(postern, "app");
    try (Connection connection = session.connect()) {
      print(connection.run("echo first"));
      print(session.extend(Duration.ofMinutes(5)));
    }
    session.end();
    print(session.detail());
  }

  /** A look at a password, which is replaced afterwards. */
  private void viewed(Postern postern) {
    CandidateId id = new CandidateId("site", "wrong");
    var credentials = postern.as("worker-0").credentials();
    try (Viewing viewing = print(credentials.view(JumpItemId.of("wrong"), id, "the key is lost"))) {
      Credential.Password shown = (Credential.Password) print(viewing.credential());
      print(shown.password().use(ByteBuffer::remaining));
    }
    postern.as("adam").credentials().views(id).forEach(Subject::print);
  }

  /** A process on this machine that is given a password. */
  private void injected(Postern postern) throws IOException {
    Session session = connect(postern, "app");
    try (InjectedProcess process =
        print(
            session.inject(
                ProcessInjector.running("/bin/sh", "-c", "read -r it && echo has it")
                    .secretOnInput()))) {
      print(new String(process.output().readAllBytes(), StandardCharsets.UTF_8));
      print(process.awaitExit(PATIENCE));
    }
    session.end();
  }

  /** Has the endpoint show the password, in a shell and by commands, whole and in pieces. */
  private void show(Connection connection) {
    try (Shell shell = print(connection.openShell("work"));
        ShellOutput output = shell.output()) {
      for (String how : List.of("show whole", "show halves", "show bytes")) {
        shell.type(how + "\n");
        output.awaitText(" done.", PATIENCE);
        connection.run(how);
      }
      try {
        shell.type("show and hang\n");
        output.awaitText("never", Duration.ofSeconds(1));
      } catch (PosternException e) {
        print(e);
      }
    }
    try {
      connection.run(Command.of("show and hang").within(Duration.ofSeconds(1)));
    } catch (PosternException e) {
      print(e);
    }
  }

  /** Reads back everything that there is to read. */
  private void look(Postern postern) throws IOException {
    var admin = postern.as("adam");
    Files.createDirectories(directory.resolve("reports"));
    for (Session session : sessions) {
      print(session.detail());
      SessionReport report = print(session.report());
      Files.writeString(
          directory.resolve("reports").resolve(session.id() + ".html"), report.html());
      for (Recording recording : admin.recordings().of(session.id())) {
        print(recording);
        print(admin.recordings().verify(recording.id()));
        try (InputStream text = admin.recordings().transcript(recording.id())) {
          print(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    }
    admin
        .audit()
        .list(AuditQuery.all(), new PageRequest(1000, java.util.Optional.empty()))
        .forEach(Subject::print);
    print(admin.audit().verify());
    print(admin.credentials().managers());
    print(admin.credentials().held(PageRequest.first()));
    print(admin.credentials().owed(PageRequest.first()));
    print(postern.as("worker-0").inbox().list(PageRequest.first()));
  }

  private String plant(String sink) {
    Secret secret = plants.get(sink);
    return secret == null ? "" : Plants.text(secret);
  }

  private void plantInMemory(Postern postern, Connection connection) throws IOException {
    if (plants.isEmpty()) {
      return;
    }
    Plants.inHeap(plants.get("heap dump"));
    Plants.inMemory(plants.get("memory"));
    Plants.inLog(plants.get("log"));
    Plants.onOutput(plants.get("output"));
    Plants.inException(plants.get("errors"));
    Plants.inFile(directory.resolve("credentials/site.left"), plants.get("credential file"));
    connection.run(plant("recordings"));
  }
}
