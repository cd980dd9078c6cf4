package io.postern.core.injection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.Refused;
import io.postern.core.Threads;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.testing.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials in HTTP headers, at a real server. */
@Timeout(60)
class HttpInjectorTest {
  private static final String TOKEN = "t0ken-canary";

  private final SettableGate gate = new SettableGate();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch held = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private HttpServer elsewhere;

  @BeforeEach
  void start() throws IOException {
    elsewhere = serve();
    elsewhere.createContext("/", exchange -> answer(exchange, 200, "elsewhere"));
    server = serve();
    server.createContext("/ok", exchange -> answer(exchange, 200, "ok"));
    server.createContext("/no", exchange -> answer(exchange, 401, "who are you"));
    server.createContext(
        "/moved",
        exchange -> {
          exchange
              .getResponseHeaders()
              .add("Location", "http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/");
          answer(exchange, 302, "");
        });
    server.createContext(
        "/slow",
        exchange -> {
          seen.add("slow");
          await();
          answer(exchange, 200, "late");
        });
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("begin".getBytes(UTF_8));
          exchange.getResponseBody().flush();
          await();
          exchange.close();
        });
    server.createContext(
        "/parts",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          for (String part : List.of("first", "second", "third")) {
            exchange.getResponseBody().write(part.getBytes(UTF_8));
            exchange.getResponseBody().flush();
            seen.add("sent " + part);
            await();
          }
          exchange.close();
        });
    server.createContext(
        "/take",
        exchange -> {
          for (int one = exchange.getRequestBody().read();
              one >= 0;
              one = exchange.getRequestBody().read()) {
            seen.add("took " + (char) one);
          }
          answer(exchange, 200, "taken");
        });
  }

  private HttpServer serve() throws IOException {
    HttpServer made =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    made.setExecutor(threads);
    made.start();
    return made;
  }

  private void await() {
    try {
      held.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, int status, String text) throws IOException {
    for (String header : List.of("Authorization", "X-Api-Key")) {
      seen.add(
          exchange.getRequestURI()
              + " "
              + header
              + ": "
              + String.join(",", exchange.getRequestHeaders().getOrDefault(header, List.of())));
    }
    byte[] body = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterEach
  void stop() {
    held.countDown();
    server.stop(0);
    elsewhere.stop(0);
    threads.shutdownNow();
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private HttpAccess inject(HttpInjector injector, Credential credential) {
    return injector.inject(gate.handing(credential, "127.0.0.1", port()));
  }

  private static HttpResponse<String> get(HttpAccess access, String path) {
    return access.send(access.request(path).GET().build(), BodyHandlers.ofString());
  }

  @Test
  @Rule({"INJ-1", "INJ-2"})
  void basic_sendsUserNameAndPassword_thatNobodyCanReadBack() {
    try (HttpAccess access =
        inject(HttpInjector.basic().withoutTls(), SettableGate.password("maya", "pä:ss"))) {
      HttpRequest asked = access.request("/ok").header("Authorization", "mine").build();
      HttpResponse<String> answer = access.send(asked, BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("ok");
      assertThat(answer.request()).isSameAs(asked);
      assertThat(answer.previousResponse()).isEmpty();
      assertThat(answer + " " + access + " " + answer.headers())
          .doesNotContain("Basic")
          .doesNotContain("pä:ss");
    }
    String encoded = Base64.getEncoder().encodeToString("maya:pä:ss".getBytes(UTF_8));
    assertThat(seen).contains("/ok Authorization: Basic " + encoded);
  }

  @Test
  @Rule("INJ-2")
  void bearerAndHeader_sendTheToken() {
    try (HttpAccess access =
        inject(HttpInjector.bearer().withoutTls(), SettableGate.token(TOKEN))) {
      get(access, "/ok");
    }
    try (HttpAccess access =
        inject(HttpInjector.header("X-Api-Key").withoutTls(), SettableGate.token(TOKEN))) {
      get(access, "/ok");
    }
    assertThat(seen)
        .containsExactly(
            "/ok Authorization: Bearer " + TOKEN,
            "/ok X-Api-Key: ",
            "/ok Authorization: ",
            "/ok X-Api-Key: " + TOKEN);
    assertThat(HttpInjector.basic().accepts()).containsExactly(CredentialKind.PASSWORD);
  }

  @Test
  @Rule("INJ-1")
  void send_toAnywhereElse_isRefused_andARedirectIsNotFollowed() {
    try (HttpAccess access =
        inject(HttpInjector.bearer().withoutTls(), SettableGate.token(TOKEN))) {
      int other = elsewhere.getAddress().getPort();
      for (String url :
          List.of(
              "http://127.0.0.1:" + other + "/ok",
              "https://127.0.0.1:" + port() + "/ok",
              "http://localhost:" + port() + "/ok",
              "http://x@127.0.0.1:" + port() + "/ok",
              "http://127.0.0.1/ok")) {
        Refused.with(
            ErrorCode.INPUT_INVALID,
            () ->
                access.send(
                    HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString()));
      }
      for (String path : List.of("ok", "@127.0.0.1:" + other + "/", "")) {
        assertThatIllegalArgumentException().isThrownBy(() -> access.request(path));
      }
      assertThat(get(access, "/moved").statusCode()).isEqualTo(302);
    }
    assertThat(seen).noneMatch(line -> line.startsWith("/ Auth"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil/x", "a@b", "evil#", "evil?x", "[::1", "", "a b", "a\\b"})
  @Rule("INJ-3")
  void missing_aHostThatWouldLeadElsewhereInAUrl_isNamed(String host) {
    assertThat(HttpInjector.bearer().missing(SettableGate.endpoint(host, 443))).hasSize(1);
  }

  @Test
  void missing_namesAndAddresses_areFine() {
    for (String host : List.of("db-1.example.org", "10.0.0.1", "::1", "fe80::1:2")) {
      assertThat(HttpInjector.bearer().missing(SettableGate.endpoint(host, 443))).isEmpty();
    }
  }

  /** The platform's own refusal of such a header repeats it. */
  @ParameterizedTest
  @ValueSource(strings = {"canary\r\nX-Evil: 1", "canary\u0000", "canäry", "canary\t"})
  @Rule("INJ-1")
  void inject_aSecretThatCanBeNoHeader_isRefusedInWordsThatHideIt(String secret) {
    PosternException refusal =
        Refused.with(
            ErrorCode.PRECONDITION_FAILED,
            () -> inject(HttpInjector.bearer().withoutTls(), SettableGate.token(secret)));
    assertThat(refusal)
        .hasNoCause()
        .hasMessageNotContaining("canary")
        .hasMessageNotContaining("canäry");
  }

  @Test
  @Rule("INJ-6")
  void aCredentialThatIsRefused_isNotSentAgain() {
    try (HttpAccess access =
        inject(HttpInjector.basic().withoutTls(), SettableGate.password("maya", "wrong"))) {
      assertThat(get(access, "/no").statusCode()).isEqualTo(401);
      assertThat(Refused.with(ErrorCode.LOGON_REFUSED, () -> get(access, "/no")))
          .hasMessageContaining("127.0.0.1:" + port())
          .hasMessageContaining("not sent again")
          .hasMessageNotContaining("wrong");
      Refused.with(ErrorCode.LOGON_REFUSED, () -> get(access, "/ok"));
    }
    assertThat(seen).filteredOn(line -> line.contains("Authorization: Basic")).hasSize(1);
  }

  @Test
  @Rule("INJ-6")
  void aCredentialThatWasTaken_isSentOn_whateverAPathSaysLater() {
    try (HttpAccess access =
        inject(HttpInjector.basic().withoutTls(), SettableGate.password("maya", "right"))) {
      assertThat(get(access, "/ok").statusCode()).isEqualTo(200);
      assertThat(get(access, "/no").statusCode()).isEqualTo(401);
      assertThat(get(access, "/ok").statusCode()).isEqualTo(200);
    }
  }

  /** What was taken may have been a page that is for everybody, or the credential was changed. */
  @Test
  @Rule("INJ-6")
  void aCredentialThatIsRefusedTwice_afterASuccess_isNotSentAgain() {
    try (HttpAccess access =
        inject(HttpInjector.basic().withoutTls(), SettableGate.password("maya", "wrong"))) {
      assertThat(get(access, "/ok").statusCode()).isEqualTo(200);
      assertThat(get(access, "/no").statusCode()).isEqualTo(401);
      assertThat(get(access, "/no").statusCode()).isEqualTo(401);
      Refused.with(ErrorCode.LOGON_REFUSED, () -> get(access, "/no"));
      Refused.with(ErrorCode.LOGON_REFUSED, () -> get(access, "/ok"));
    }
    assertThat(seen).filteredOn(line -> line.contains("Authorization: Basic")).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 401, 500})
  @Rule("INJ-6")
  void requestsAtOnce_waitForTheFirst_whichAloneTriesTheCredential(int status) throws Exception {
    AtomicInteger tried = new AtomicInteger();
    server.createContext(
        "/first",
        exchange -> {
          int number = tried.incrementAndGet();
          await();
          answer(exchange, number == 1 ? status : 200, "");
        });
    try (HttpAccess access =
        inject(HttpInjector.basic().withoutTls(), SettableGate.password("maya", "wrong"))) {
      Queue<Object> outcomes = new ConcurrentLinkedQueue<>();
      List<Thread> asking = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread one = new Thread(() -> outcomes.add(outcome(access, "/first")));
        one.start();
        asking.add(one);
      }
      Awaiting.until(
          "one tries and three wait",
          () ->
              tried.get() == 1
                  && asking.stream().filter(one -> Threads.waitsIn(one, OneTry.class)).count()
                      == 3);
      held.countDown();
      for (Thread one : asking) {
        one.join();
      }
      Object others = status == 401 ? ErrorCode.LOGON_REFUSED : 200;
      assertThat(outcomes).containsExactlyInAnyOrder(status, others, others, others);
      assertThat(tried).hasValue(status == 401 ? 1 : 4);
    }
  }

  private static Object outcome(HttpAccess access, String path) {
    try {
      return get(access, path).statusCode();
    } catch (PosternException e) {
      return e.code();
    }
  }

  @Test
  @Rule("INJ-6")
  void aRequest_thatWaitsForTheFirstOneLongerThanItsTime_isToldSo() throws Exception {
    try (HttpAccess access =
        inject(HttpInjector.bearer().withoutTls(), SettableGate.token(TOKEN))) {
      Future<HttpResponse<String>> first = threads.submit(() -> get(access, "/slow"));
      Awaiting.until("it is under way", () -> seen.contains("slow"));
      HttpRequest second = access.request("/ok").timeout(Duration.ofMillis(50)).build();
      assertThat(
              Refused.with(
                  ErrorCode.ENDPOINT_TIMED_OUT, () -> access.send(second, BodyHandlers.ofString())))
          .hasMessageContaining("the request that tries this credential");
      assertThat(seen).containsExactly("slow");
      held.countDown();
      assertThat(first.get().statusCode()).isEqualTo(200);
    }
  }

  @Test
  @Rule("INJ-6")
  void inject_whereThePathThatProvesItSaysNo_isRefused() {
    assertThat(
            Refused.with(
                ErrorCode.LOGON_REFUSED,
                () ->
                    inject(
                        HttpInjector.bearer().withoutTls().provedBy("/no"),
                        SettableGate.token(TOKEN))))
        .hasMessageContaining("'robot'")
        .hasMessageContaining("401")
        .hasMessageNotContaining(TOKEN);
    assertThat(seen).hasSize(2);
    inject(HttpInjector.bearer().withoutTls().provedBy("/ok"), SettableGate.token(TOKEN)).close();
  }

  @Test
  void eachRequest_asksTheSession() {
    try (HttpAccess access =
        inject(HttpInjector.bearer().withoutTls(), SettableGate.token(TOKEN))) {
      gate.refuse(ErrorCode.SESSION_FROZEN);
      Refused.with(ErrorCode.SESSION_FROZEN, () -> get(access, "/ok"));
      assertThat(seen).isEmpty();
      gate.open();
      assertThat(get(access, "/ok").statusCode()).isEqualTo(200);
    }
  }

  @Test
  @Rule("SES-12")
  void aBodyUnderWay_isBrokenOffWhenTheSessionFreezes() throws Exception {
    try (HttpAccess access =
        inject(HttpInjector.bearer().withoutTls(), SettableGate.token(TOKEN))) {
      Future<PosternException> waiting =
          threads.submit(() -> Refused.with(ErrorCode.SESSION_FROZEN, () -> get(access, "/parts")));
      Awaiting.until(
          "the first part has passed", () -> seen.contains("sent first") && gate.passed.get() > 0);
      gate.refuse(ErrorCode.SESSION_FROZEN);
      held.countDown();
      assertThat(waiting.get()).hasMessageContaining("the test's gate is shut");
      gate.open();
      assertThat(get(access, "/ok").body()).isEqualTo("ok");
    }
  }

  @Test
  @Rule("SES-12")
  void aStreamThatIsRead_asksEachTime_andWhatItHoldsReadyPassesAfterwards() throws Exception {
    try (HttpAccess access = inject(HttpInjector.bearer().withoutTls(), SettableGate.token(TOKEN));
        InputStream body =
            access.send(access.request("/endless").build(), BodyHandlers.ofInputStream()).body()) {
      assertThat(body.read()).isEqualTo('b');
      int asked = gate.asked.get();
      gate.refuse(ErrorCode.SESSION_FROZEN);
      Refused.with(ErrorCode.SESSION_FROZEN, body::read);
      Refused.with(ErrorCode.SESSION_FROZEN, () -> body.readNBytes(4));
      gate.open();
      assertThat(body.readNBytes(4)).isEqualTo("egin".getBytes(UTF_8));
      assertThat(gate.asked).as("questions that cost a look into the store").hasValue(asked);
    }
  }

  @Test
  @Rule("SES-12")
  void anUploadUnderWay_isBrokenOffWhenTheSessionFreezes() throws Exception {
    SubmissionPublisher<ByteBuffer> upload = new SubmissionPublisher<>(threads, 8);
    try (upload;
        HttpAccess access = inject(HttpInjector.bearer().withoutTls(), SettableGate.token(TOKEN))) {
      HttpRequest request =
          access.request("/take").POST(BodyPublishers.fromPublisher(upload)).build();
      Future<PosternException> waiting =
          threads.submit(
              () ->
                  Refused.with(
                      ErrorCode.SESSION_FROZEN,
                      () -> access.send(request, BodyHandlers.discarding())));
      Awaiting.until("it is asked for", upload::hasSubscribers);
      upload.submit(ByteBuffer.wrap("a".getBytes(UTF_8)));
      Awaiting.until("the first part has come", () -> seen.contains("took a"));
      gate.refuse(ErrorCode.SESSION_FROZEN);
      upload.submit(ByteBuffer.wrap("b".getBytes(UTF_8)));
      waiting.get();
      gate.open();
      assertThat(get(access, "/ok").body()).isEqualTo("ok");
    }
    assertThat(seen).doesNotContain("took b");
  }

  @Test
  void close_cutsOffWhatIsUnderWay_wipesTheCredential_andTellsTheSession() throws Exception {
    Credential credential = SettableGate.token(TOKEN);
    HttpAccess access = inject(HttpInjector.bearer().withoutTls(), credential);
    InputStream endless =
        access.send(access.request("/endless").build(), BodyHandlers.ofInputStream()).body();
    assertThat(endless.readNBytes(5)).isEqualTo("begin".getBytes(UTF_8));
    Future<PosternException> waiting =
        threads.submit(() -> Refused.with(ErrorCode.SESSION_ENDED, () -> get(access, "/slow")));
    Awaiting.until("the request is under way", () -> seen.contains("slow"));
    access.close();
    access.close();
    waiting.get();
    assertThatThrownBy(endless::read).isInstanceOf(IOException.class);
    assertThat(credential.secrets().get(0).isClosed()).isTrue();
    assertThat(gate.closed.get()).isPositive();
  }

  @Test
  void send_whereNobodyListens_isToldByCode() throws Exception {
    int free;
    try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (HttpAccess access =
        HttpInjector.bearer()
            .withoutTls()
            .inject(gate.handing(SettableGate.token(TOKEN), "127.0.0.1", free))) {
      Refused.with(ErrorCode.ENDPOINT_REFUSED, () -> get(access, "/ok"));
    }
  }

  @Test
  @Rule("INJ-1")
  void send_toAServerWithoutTls_isRefusedBeforeAnythingIsSent() throws Exception {
    Queue<byte[]> heard = new ConcurrentLinkedQueue<>();
    try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      Future<?> serving = threads.submit(() -> servePlain(plain, heard));
      try (HttpAccess access =
          HttpInjector.bearer()
              .inject(gate.handing(SettableGate.token(TOKEN), "127.0.0.1", plain.getLocalPort()))) {
        assertThat(Refused.with(ErrorCode.ENDPOINT_PROTOCOL, () -> get(access, "/ok")))
            .hasMessageContaining("TLS");
      }
      plain.close();
      serving.get();
    }
    assertThat(heard).isNotEmpty().noneMatch(bytes -> new String(bytes, UTF_8).contains(TOKEN));
  }

  /** As servers do: whoever comes, also the client's second try, is answered after it has asked. */
  private static void servePlain(ServerSocket plain, Queue<byte[]> heard) {
    while (!plain.isClosed()) {
      try (Socket socket = plain.accept()) {
        heard.add(socket.getInputStream().readNBytes(1));
        socket.getOutputStream().write("nothing that TLS knows".getBytes(UTF_8));
        socket.shutdownOutput();
        heard.add(socket.getInputStream().readAllBytes());
      } catch (IOException e) {
        // The client, or the test, is through.
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host", "content-length", "Connection", "X: y", "", "X\r\nY"})
  void header_thatHttpNeedsItself_orIsNone_isRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> HttpInjector.header(name));
  }
}
