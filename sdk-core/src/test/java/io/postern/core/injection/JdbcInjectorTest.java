package io.postern.core.injection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.Refused;
import io.postern.core.Threads;
import io.postern.core.store.PasswordedDatabase;
import io.postern.credential.Credential;
import io.postern.testing.Rule;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials of a database account, at a real PostgreSQL that asks for its password. */
@Timeout(120)
class JdbcInjectorTest {
  private static final String PASSWORD = "s3cret-cänary";

  @RegisterExtension
  static final PasswordedDatabase database = new PasswordedDatabase("teller", PASSWORD);

  private final SettableGate gate = new SettableGate();

  private static JdbcInjector injector() {
    return JdbcInjector.to("jdbc:postgresql://{host}:{port}/" + database.name()).withoutTls();
  }

  private InjectedDataSource inject(JdbcInjector injector, String password) {
    return injector.inject(
        gate.handing(SettableGate.password("teller", password), "127.0.0.1", database.port()));
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }

  @Test
  @Rule({"INJ-1", "INJ-2"})
  void inject_theRightPassword_givesConnectionsThatDoNotShowIt() throws SQLException {
    try (InjectedDataSource source = inject(injector(), PASSWORD);
        Connection connection = source.getConnection()) {
      assertThat(one(connection, "select current_user")).isEqualTo("teller");
      try (PreparedStatement prepared = connection.prepareStatement("select ? || 'x'")) {
        prepared.setString(1, "y");
        try (ResultSet result = prepared.executeQuery()) {
          assertThat(result.next()).isTrue();
          assertThat(result.getString(1)).isEqualTo("yx");
          assertThat(result.getStatement()).isSameAs(prepared);
          assertThat(prepared.getConnection()).isSameAs(connection);
        }
      }
      assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> connection.unwrap(org.postgresql.PGConnection.class));
      assertThat(connection.isWrapperFor(org.postgresql.PGConnection.class)).isFalse();
      assertThat(
              source
                  + " "
                  + connection
                  + " "
                  + connection.getMetaData().getURL()
                  + " "
                  + connection.getClientInfo())
          .doesNotContain(PASSWORD);
      assertThat(connection).isEqualTo(connection).isNotEqualTo(source.getConnection());
      assertThat(connection.hashCode()).isEqualTo(connection.hashCode());
    }
  }

  /** The server asks for the password, and the only way by which the driver got one is ours. */
  @Test
  @Rule("INJ-1")
  void inject_givesPostgresqlsDriverNoPasswordAsText() throws Exception {
    java.lang.reflect.Field properties = ConnectingThread.class.getDeclaredField("properties");
    properties.setAccessible(true);
    Credential credential = SettableGate.password("teller", PASSWORD);
    String url = "jdbc:postgresql://127.0.0.1:" + database.port() + "/" + database.name();
    ConnectingThread connecting =
        new ConnectingThread(
            DriverManager.getDriver(url),
            url,
            new Properties(),
            "teller",
            credential.secrets().get(0),
            refused -> {});
    connecting.start();
    try (Connection connection = connecting.await(30_000_000_000L)) {
      assertThat(one(connection, "select current_user")).isEqualTo("teller");
    }
    assertThat((Properties) properties.get(connecting))
        .containsEntry("authenticationPluginClassName", PostgresPassword.class.getName())
        .doesNotContainKey("password");
  }

  @Test
  void inject_anyOtherDriver_getsItAsTextAtTheVeryLast() throws SQLException {
    Telling driver = new Telling(DriverManager.getDriver("jdbc:postgresql:x"));
    try (InjectedDataSource source = inject(injector().by(driver), PASSWORD);
        Connection connection = source.getConnection()) {
      assertThat(one(connection, "select current_user")).isEqualTo("teller");
    }
    assertThat(driver.passwords).containsOnly(PASSWORD);
    assertThat(driver.given).allMatch(properties -> properties.getProperty("password") == null);
  }

  @Test
  @Rule({"INJ-1", "INJ-6"})
  void inject_aWrongPassword_isRefusedOnce_andTheTextHidesIt() {
    Credential wrong = SettableGate.password("teller", "wrong-canary");
    PosternException refusal =
        Refused.with(
            ErrorCode.LOGON_REFUSED,
            () -> injector().inject(gate.handing(wrong, "127.0.0.1", database.port())));
    assertThat(refusal)
        .hasMessageContaining("'teller'")
        .hasMessageContaining("28P01")
        .hasMessageNotContaining("canary")
        .hasNoCause();
  }

  @Test
  @Rule("INJ-6")
  void getConnection_onceThePasswordIsRefused_doesNotSendItAgain() throws SQLException {
    try (InjectedDataSource source = inject(injector(), PASSWORD)) {
      database.password("another");
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(source::getConnection)
          .satisfies(e -> assertThat(e.getSQLState()).startsWith("28"));
      database.password(PASSWORD);
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(source::getConnection)
          .withMessageContaining("refused this credential before");
    } finally {
      database.password(PASSWORD);
    }
  }

  @Test
  @Rule("INJ-1")
  void aDriverWhoseTextHoldsThePassword_isNotRepeated() {
    Driver talkative =
        new Telling(null) {
          @Override
          public Connection connect(String url, Properties info) throws SQLException {
            throw new SQLException("no log-on with " + info.getProperty("password"), "28000");
          }
        };
    assertThat(
            Refused.with(ErrorCode.LOGON_REFUSED, () -> inject(injector().by(talkative), PASSWORD)))
        .hasMessageContaining("hidden")
        .hasMessageNotContaining(PASSWORD)
        .hasNoCause();
    Driver broken =
        new Telling(null) {
          @Override
          public Connection connect(String url, Properties info) {
            throw new IllegalStateException(info.getProperty("password"));
          }
        };
    assertThat(
            Refused.with(
                ErrorCode.ENDPOINT_PROTOCOL, () -> inject(injector().by(broken), PASSWORD)))
        .hasMessageNotContaining(PASSWORD);
  }

  @Test
  @Rule("INJ-3")
  void missing_namesADriverThatIsNotThere_andAHostThatLeadsElsewhere() {
    assertThat(
            JdbcInjector.to("jdbc:nothing://{host}:{port}/x")
                .missing(SettableGate.endpoint("db.example", 1)))
        .singleElement()
        .asString()
        .contains("jdbc:nothing://db.example:1/x");
    assertThat(injector().missing(SettableGate.endpoint("db/x?sslmode=disable&", 1))).hasSize(1);
    assertThat(injector().missing(SettableGate.endpoint("::1", 1))).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JdbcInjector.to("jdbc:postgresql://db:5432/x"));
  }

  @Test
  void eachUse_asksTheSession() throws SQLException {
    try (InjectedDataSource source = inject(injector(), PASSWORD);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      gate.refuse(ErrorCode.SESSION_FROZEN);
      Refused.with(ErrorCode.SESSION_FROZEN, source::getConnection);
      Refused.with(ErrorCode.SESSION_FROZEN, () -> statement.execute("select 1"));
      Refused.with(ErrorCode.SESSION_FROZEN, () -> connection.prepareStatement("select 1"));
      Refused.with(
          ErrorCode.SESSION_FROZEN,
          () -> connection.getMetaData().getTables(null, null, "%", null));
      gate.open();
      assertThat(statement.execute("select 1")).isTrue();
    }
  }

  @Test
  @Rule("SES-12")
  void rows_doNotPassWhileTheSessionIsFrozen_andGoOnAfterwards() throws SQLException {
    try (InjectedDataSource source = inject(injector(), PASSWORD);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.setFetchSize(2);
      try (ResultSet rows = statement.executeQuery("select generate_series(1, 9)")) {
        assertThat(rows.next()).isTrue();
        int asked = gate.asked.get();
        gate.refuse(ErrorCode.SESSION_FROZEN);
        Refused.with(ErrorCode.SESSION_FROZEN, rows::next);
        Refused.with(ErrorCode.SESSION_FROZEN, () -> rows.getInt(1));
        Refused.with(ErrorCode.SESSION_FROZEN, statement::getMoreResults);
        gate.open();
        assertThat(rows.getInt(1)).isEqualTo(1);
        for (int row = 2; row <= 9; row++) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(1)).isEqualTo(row);
        }
        assertThat(rows.next()).isFalse();
        assertThat(gate.passed).hasValueGreaterThan(9);
        assertThat(gate.asked).as("questions that cost a look into the store").hasValue(asked);
      }
    }
  }

  @Test
  void whatLeadsBack_neverLeadsToTheDriversOwn() throws SQLException {
    try (InjectedDataSource source = inject(injector(), PASSWORD);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        PreparedStatement given = connection.prepareStatement("select ?")) {
      Array array = connection.createArrayOf("int4", new Integer[] {1, 2});
      given.setArray(1, array);
      try (ResultSet result = given.executeQuery()) {
        assertThat(result.next()).isTrue();
        assertThat(result.getArray(1).getResultSet().getStatement()).isNull();
        assertThat(((Array) result.getObject(1)).getResultSet().getStatement()).isNull();
      }
      connection.setAutoCommit(false);
      statement.execute("declare orders cursor for select 1");
      try (ResultSet result = statement.executeQuery("select 'orders'::refcursor")) {
        assertThat(result.next()).isTrue();
        assertThat(((ResultSet) result.getObject(1)).getStatement()).isNull();
      }
    }
  }

  @Test
  void aResult_thatWritesByItself_asksTheSession() throws SQLException {
    try (InjectedDataSource source = inject(injector(), PASSWORD);
        Connection connection = source.getConnection();
        Statement statement =
            connection.createStatement(
                ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
      statement.execute("create temp table stock (id int primary key, pieces int)");
      statement.execute("insert into stock values (1, 1)");
      try (ResultSet result = statement.executeQuery("select id, pieces from stock")) {
        assertThat(result.next()).isTrue();
        result.updateInt("pieces", 2);
        gate.refuse(ErrorCode.SESSION_FROZEN);
        Refused.with(ErrorCode.SESSION_FROZEN, result::updateRow);
        Refused.with(ErrorCode.SESSION_FROZEN, result::deleteRow);
        gate.open();
        result.updateRow();
      }
    }
  }

  @Test
  void close_endsConnectionsThatAreInUse_andWipesThePassword() throws Exception {
    Credential credential = SettableGate.password("teller", PASSWORD);
    InjectedDataSource source =
        injector().inject(gate.handing(credential, "127.0.0.1", database.port()));
    Connection connection = source.getConnection();
    Thread running =
        new Thread(
            () -> {
              try (Statement statement = connection.createStatement()) {
                statement.execute("select pg_sleep(600)");
              } catch (SQLException e) {
                // It is cut off.
              }
            });
    running.start();
    Awaiting.until("it runs", () -> database.count("query like '%pg_sleep(600)%'") == 1);
    source.close();
    source.close();
    running.join();
    Awaiting.until("no connection is left", () -> database.count("usename = 'teller'") == 0);
    assertThat(credential.secrets().get(0).isClosed()).isTrue();
    assertThat(gate.closed.get()).isPositive();
    assertThatExceptionOfType(SQLException.class).isThrownBy(source::getConnection);
    assertThat(connection.isClosed()).isTrue();
  }

  @Test
  void getConnection_beyondTheMost_isRefused_untilOneIsClosed() throws SQLException {
    try (InjectedDataSource source = inject(injector().atMost(2), PASSWORD)) {
      Connection one = source.getConnection();
      source.getConnection();
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(source::getConnection)
          .withMessageContaining("(2)");
      one.close();
      one.close();
      source.getConnection().close();
    }
  }

  @Test
  void inject_whereNobodyListens_isToldByCode() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    int port = free;
    Refused.with(
        ErrorCode.ENDPOINT_UNREACHABLE,
        () ->
            injector()
                .inject(
                    gate.handing(SettableGate.password("teller", PASSWORD), "127.0.0.1", port)));
  }

  /** A server in the middle, which says that it has no TLS and asks for the password itself. */
  private static String passwordGivenTo(ServerSocket server) {
    try (Socket client = server.accept();
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
      for (int startup = 0; startup < 2; startup++) {
        byte[] message = in.readNBytes(in.readInt() - Integer.BYTES);
        if (ByteBuffer.wrap(message).getInt() >> 16 == 3) {
          break; // the version of the protocol; anything else asks for encryption
        }
        out.write('N');
      }
      out.write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 3}); // AuthenticationCleartextPassword
      return in.read() == 'p' ? new String(in.readNBytes(in.readInt() - Integer.BYTES), UTF_8) : "";
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  @Rule("INJ-1")
  void aServerWithoutTls_getsThePasswordOnlyWhereThatWasSaidByName() throws Exception {
    for (boolean tls : new boolean[] {true, false}) {
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
        FutureTask<String> given = new FutureTask<>(() -> passwordGivenTo(server));
        new Thread(given).start();
        JdbcInjector plain = JdbcInjector.to("jdbc:postgresql://{host}:{port}/orders");
        JdbcInjector injector = tls ? plain : plain.withoutTls();
        assertThatExceptionOfType(PosternException.class)
            .isThrownBy(
                () ->
                    injector.inject(
                        gate.handing(
                            SettableGate.password("teller", PASSWORD),
                            "127.0.0.1",
                            server.getLocalPort())));
        assertThat(given.get().strip()).isEqualTo(tls ? "" : PASSWORD + "\0");
      }
    }
  }

  /** {@code require} encrypts, and takes any certificate. */
  @ParameterizedTest
  @ValueSource(strings = {"disable", "allow", "prefer", "require", "verify-fu%6cl", ""})
  @Rule("INJ-3")
  void missing_namesAModeOfTlsThatAnybodyCanAnswer(String mode) {
    JdbcInjector inUrl =
        JdbcInjector.to("jdbc:postgresql://{host}:{port}/x?a=b&sslmode=" + mode + "&c=d");
    JdbcInjector byProperty =
        JdbcInjector.to("jdbc:postgresql://{host}:{port}/x").with("sslmode", mode);
    for (JdbcInjector injector : List.of(inUrl, byProperty)) {
      assertThat(injector.missing(SettableGate.endpoint("db.example", 1)))
          .singleElement()
          .asString()
          .contains("sslmode=" + mode, "withoutTls()");
      Refused.with(ErrorCode.PRECONDITION_FAILED, () -> inject(injector, PASSWORD));
      assertThat(injector.withoutTls().missing(SettableGate.endpoint("db.example", 1))).isEmpty();
    }
  }

  @Test
  void theModeOfTls_standsInTheUrl_whereNoFileOfTheHostsChangesIt() {
    Properties none = new Properties();
    Properties ca = new Properties();
    ca.setProperty("sslmode", "verify-ca");
    String url = "jdbc:postgresql://db/x";
    assertThat(PostgresTransport.url(url, none, true)).isEqualTo(url + "?sslmode=verify-full");
    assertThat(PostgresTransport.url(url + "?a=b", ca, true))
        .isEqualTo(url + "?a=b&sslmode=verify-ca");
    assertThat(PostgresTransport.url(url, none, false)).isEqualTo(url + "?sslmode=disable");
    assertThat(PostgresTransport.url(url, ca, false)).isEqualTo(url);
    assertThat(PostgresTransport.url("jdbc:mysql://db/x", none, true))
        .isEqualTo("jdbc:mysql://db/x");
  }

  /** The password was changed: as many wrong ones as are opened at once could lock the account. */
  @Test
  @Rule("INJ-6")
  void connectionsOpenedAtOnce_sendARefusedPasswordOnce() throws Exception {
    AtomicInteger tried = new AtomicInteger();
    CountDownLatch answer = new CountDownLatch(1);
    Telling driver =
        new Telling(DriverManager.getDriver("jdbc:postgresql:x")) {
          @Override
          public Connection connect(String url, Properties info) throws SQLException {
            if (tried.getAndIncrement() > 0) {
              await(answer);
            }
            return super.connect(url, info);
          }
        };
    try (InjectedDataSource source = inject(injector().by(driver), PASSWORD)) {
      database.password("another");
      Queue<String> states = new ConcurrentLinkedQueue<>();
      List<Thread> asking = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread one =
            new Thread(
                () -> {
                  try {
                    source.getConnection().close();
                  } catch (SQLException e) {
                    states.add(e.getSQLState());
                  }
                });
        one.start();
        asking.add(one);
      }
      Awaiting.until(
          "all have asked",
          () ->
              tried.get() == 5
                  || asking.stream().filter(one -> Threads.waitsIn(one, OneTry.class)).count()
                      == 3);
      answer.countDown();
      for (Thread one : asking) {
        one.join();
      }
      assertThat(states).hasSize(4).allMatch(state -> state.startsWith("28"));
      assertThat(tried).as("once to prove it, and once in vain").hasValue(2);
    } finally {
      database.password(PASSWORD);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Rule("SES-12")
  void nothingThatMayGoToTheServer_passesWhileTheSessionIsFrozen() throws SQLException {
    try (InjectedDataSource source = inject(injector(), PASSWORD);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        PreparedStatement prepared = connection.prepareStatement("select ?")) {
      connection.setAutoCommit(false);
      statement.execute("update ledger set entries = entries + 1");
      ResultSetMetaData columns;
      try (ResultSet result = statement.executeQuery("select entries from ledger")) {
        columns = result.getMetaData();
      }
      gate.refuse(ErrorCode.SESSION_FROZEN);
      for (ThrowingCallable use :
          List.<ThrowingCallable>of(
              () -> connection.setAutoCommit(true),
              connection::commit,
              connection::rollback,
              connection::setSavepoint,
              () -> connection.setSchema("public"),
              connection::getSchema,
              () -> connection.setReadOnly(false),
              () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
              connection::getTransactionIsolation,
              () -> connection.setClientInfo("ApplicationName", "x"),
              () -> connection.isValid(1),
              () -> prepared.setInt(1, 1),
              prepared::getParameterMetaData,
              () -> columns.isAutoIncrement(1))) {
        Refused.with(ErrorCode.SESSION_FROZEN, use);
      }
      assertThat(connection.isClosed()).isFalse();
      assertThat(connection.getAutoCommit()).isFalse();
      gate.open();
      assertThat(database.ledger()).as("nothing was committed").isZero();
      connection.rollback();
    }
  }

  /** Hands on to another driver, and tells what it was given. */
  private static class Telling implements Driver {
    final List<Properties> given = new ArrayList<>();
    final List<String> passwords = new ArrayList<>();
    private final Driver bare;

    Telling(Driver bare) {
      this.bare = bare;
    }

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
      given.add(info);
      passwords.add(info.getProperty("password"));
      return bare.connect(url, info);
    }

    @Override
    public boolean acceptsURL(String url) {
      return true;
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
      return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
      return 1;
    }

    @Override
    public int getMinorVersion() {
      return 0;
    }

    @Override
    public boolean jdbcCompliant() {
      return false;
    }

    @Override
    public Logger getParentLogger() {
      return Logger.getGlobal();
    }
  }
}
