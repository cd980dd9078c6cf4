package io.postern.core.injection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.sun.net.httpserver.HttpServer;
import io.postern.ErrorCode;
import io.postern.core.Logged;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.SessionPolicy;
import io.postern.session.Session;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole way of a secret into each target, and every place where a text of it could be. */
@Timeout(120)
class InjectionLeakTest {
  private static final String CANARY = "c4nary-of-the-injection";
  private static final String BASIC =
      Base64.getEncoder().encodeToString(("app:" + CANARY).getBytes(UTF_8));

  @RegisterExtension final PosternUnderTest test = PosternUnderTest.sqlite();
  private final List<String> told = new ArrayList<>();
  private Logged logged;
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    logged = Logged.byAll();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean right =
              ("Basic " + BASIC).equals(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(right ? 200 : 401, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    logged.close();
  }

  private void tell(Object... things) {
    for (Object thing : things) {
      told.add(String.valueOf(thing));
      if (thing instanceof Throwable thrown) {
        StringWriter stack = new StringWriter();
        thrown.printStackTrace(new PrintWriter(stack));
        told.add(stack.toString());
      }
    }
  }

  @Test
  @Rule({"INJ-1", "INJ-2"})
  void intoEachTarget_wellAndBadly_leavesNoTextOfTheSecret() throws Exception {
    int port = server.getAddress().getPort();
    Scene scene = Scene.of(test, terms -> terms, item -> item.at("127.0.0.1", port));
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.INJECTION));
    test.vault().put("orders", "app", CANARY);
    Session session = scene.available("maya");
    try (HttpAccess http = session.inject(HttpInjector.basic().withoutTls())) {
      HttpResponse<String> answer =
          http.send(http.request("/").GET().build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      tell(http, answer, answer.request(), answer.request().headers(), answer.headers());
    }
    try (InjectedProcess process = session.inject(ProcessInjector.running("cat").secretOnInput())) {
      process.input().close();
      assertThat(new String(process.output().readAllBytes(), UTF_8)).isEqualTo(CANARY + "\n");
      tell(process);
    }
    tell(
        Refused.with(
            ErrorCode.PRECONDITION_FAILED,
            () -> session.inject(ProcessInjector.running("/nowhere/x").secretInEnvironment("X"))),
        Refused.with(
            ErrorCode.LOGON_REFUSED,
            () -> session.inject(HttpInjector.bearer().withoutTls().provedBy("/"))));
    tell(session, session.detail(), session.report(), session.candidates());
    session.end();
    server.stop(0);
    Session second = scene.available("maya");
    tell(
        Refused.with(
            ErrorCode.ENDPOINT_UNREACHABLE,
            () -> second.inject(JdbcInjector.to("jdbc:postgresql://{host}:{port}/x"))));
    second.end();
    for (ILoggingEvent event : logged.events()) {
      tell(event.getFormattedMessage());
      if (event.getThrowableProxy() != null) {
        tell(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
    }
    assertThat(told).hasSizeGreaterThan(20);
    assertThat(told)
        .noneMatch(text -> text.contains(CANARY) || text.contains(BASIC))
        .anyMatch(text -> text.contains("orders"));
    try (Stream<Path> files = Files.walk(test.directory())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String bytes = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(bytes.contains(CANARY) || bytes.contains(BASIC)).as(file.toString()).isFalse();
      }
    }
  }
}
