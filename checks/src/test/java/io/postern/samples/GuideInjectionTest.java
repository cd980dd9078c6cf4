package io.postern.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.postern.Access;
import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.core.PosternBuilder;
import io.postern.core.injection.HttpAccess;
import io.postern.core.injection.HttpInjector;
import io.postern.core.injection.InjectedDataSource;
import io.postern.core.injection.InjectedProcess;
import io.postern.core.injection.JdbcInjector;
import io.postern.core.injection.ProcessInjector;
import io.postern.credential.Secret;
import io.postern.credential.file.CredentialEntry;
import io.postern.credential.file.EncryptedCredentialFile;
import io.postern.credential.file.FileKey;
import io.postern.jump.Catalog;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.session.Session;
import io.postern.session.Tool;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.inventory.Inventory;
import io.postern.spi.inventory.InventoryItem;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guide's samples of what credentials are injected into, and of items from an inventory. */
@Timeout(120)
class GuideInjectionTest {
  @TempDir Path folder;
  private final JumpItemId portal = JumpItemId.of("portal");
  private SampleSite site;
  private HttpServer server;
  private Postern postern;

  @BeforeEach
  void open() throws Exception {
    Path directory = folder.resolve("postern");
    PersonDirectory people =
        PersonDirectory.of(
            Person.named("maya", "Maya Ito").memberOf("ops").build(),
            Person.named("ada", "Ada Lund").with(Privilege.values()).build());
    site = SampleSite.open(folder);
    site.describeItems(directory, people);
    try (Secret passphrase = Secret.takeFrom(SampleSite.typedPassphrase());
        EncryptedCredentialFile file =
            EncryptedCredentialFile.open(site.vault(), FileKey.passphrase(passphrase));
        Secret password = Secret.takeFrom(SampleSite.typedPassword())) {
      file.put(CredentialEntry.password("portal", "robot").forItem("portal").build(), password);
    }
    String expected =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    ("robot:" + new String(SampleSite.typedPassword())).getBytes(UTF_8));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/orders",
        exchange -> {
          boolean right = expected.equals(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body = (right ? "[]" : "no").getBytes(UTF_8);
          exchange.sendResponseHeaders(right ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    PosternBuilder builder =
        PosternBuilder.create()
            .people(people)
            .dataFolder(directory)
            .credentialManager("site-vault", "encrypted-file", site.vaultSettings());
    Inventory cmdb =
        // region inventory
        request ->
            new Inventory.InventoryPage(
                List.of( // from wherever you keep them; a large answer comes in pages
                    new InventoryItem(
                        "4711", "Ledger", "ssh", "ledger.example.org", 22, "", Map.of())),
                "");
    // endregion
    postern =
        // region follow
        builder
            .inventory(
                "cmdb", // the item's id is cmdb:4711
                cmdb,
                item -> item.in(JumpGroupId.of("databases")).terms(JumpPolicyId.of("ask-first")))
            .build();
    // endregion
    Catalog catalog = postern.as("ada").catalog();
    String host = server.getAddress().getAddress().getHostAddress();
    int port = server.getAddress().getPort();
    // region portal
    catalog.save(SessionPolicy.named("robots").allow(Tool.INJECTION));
    catalog.save(
        JumpItem.reachedBy("https", "portal", host, port) // no connector has this method
            .in(JumpGroupId.of("databases"))
            .allowing(SessionPolicyId.of("robots"))
            .build());
    // endregion
  }

  @AfterEach
  void close() throws Exception {
    postern.close();
    server.stop(0);
    site.close();
  }

  private Session session() {
    return postern
        .as("maya")
        .sessions()
        .start(portal, ask -> ask.reason("INC-4711"))
        .awaitAvailable(Duration.ofMinutes(1));
  }

  @Test
  void http() {
    Session session = session();
    HttpInjector basic = HttpInjector.basic().withoutTls();
    HttpResponse<String> orders;
    // region http
    try (HttpAccess http = session.inject(basic)) { // also: bearer(), header("X-Api-Key")
      orders = http.send(http.request("/orders?open=true").GET().build(), BodyHandlers.ofString());
    }
    // endregion
    assertThat(orders.statusCode()).isEqualTo(200);
    assertThat(orders.request().headers().map()).isEmpty();
  }

  private static void repair(Session session) throws SQLException {
    // region jdbc
    try (InjectedDataSource database =
            session.inject(JdbcInjector.to("jdbc:postgresql://{host}:{port}/orders"));
        Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("reindex table orders");
    }
    // endregion
  }

  /** Run against PostgreSQL by the core's tests; here no driver is there, or nobody listens. */
  @Test
  void jdbc() throws SQLException {
    try {
      repair(session());
      throw new AssertionError("there is no database");
    } catch (PosternException e) {
      assertThat(e.code())
          .isIn(
              ErrorCode.PRECONDITION_FAILED,
              ErrorCode.ENDPOINT_UNREACHABLE,
              ErrorCode.ENDPOINT_PROTOCOL);
    }
  }

  @Test
  void process() throws Exception {
    Session session = session();
    // region process
    ProcessInjector restore =
        ProcessInjector.running("cat", "-") // program and arguments; no shell is between
            .secretOnInput(); // or, where a program takes it nowhere else, secretInEnvironment
    try (InjectedProcess process = session.inject(restore)) {
      process.input().close();
      String said = new String(process.output().readAllBytes(), UTF_8);
      // endregion
      assertThat(said).isEqualTo(new String(SampleSite.typedPassword()) + "\n");
    }
  }

  @Test
  void inventory() {
    Access maya = postern.as("maya");
    JumpItemId ledger = JumpItemId.of("cmdb:4711");
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (maya.jumpItems()
            .search(
                io.postern.jump.JumpItemQuery.all().text("Ledger"), io.postern.PageRequest.first())
            .rows()
            .isEmpty()
        && System.nanoTime() < end) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
    // region source
    maya.jumpItems()
        .detail(ledger)
        .source()
        .filter(source -> source.stale())
        .ifPresent(source -> System.out.println(source.inventory() + " does not answer"));
    // endregion
    assertThat(maya.jumpItems().detail(ledger).source().orElseThrow().key()).isEqualTo("4711");
  }
}
