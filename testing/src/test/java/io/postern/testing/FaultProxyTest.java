package io.postern.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FaultProxyTest {
  private static final String ANSWER = "an answer that is long enough to be cut";

  private final AtomicInteger seen = new AtomicInteger();
  private HttpServer server;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          seen.incrementAndGet();
          byte[] body = ANSWER.getBytes(US_ASCII);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    proxy = FaultProxy.before(server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    proxy.close();
    server.stop(0);
  }

  @Test
  void letsEverythingThroughWhileNothingIsBroken() throws Exception {
    assertThat(get()).isEqualTo(ANSWER);
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  @Test
  void refusesConnectionsAndListensAgainOnTheSamePort() throws Exception {
    proxy.fault(Fault.REFUSE);
    assertThatThrownBy(this::get).isInstanceOf(ConnectException.class);
    proxy.fault(Fault.NONE);
    assertThat(get()).isEqualTo(ANSWER);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"REFUSE", "RESET_BEFORE_REQUEST", "CLOSE_AT_ONCE"})
  void breaksAfterSoManyMoreConnections(Fault fault) throws Exception {
    proxy.faultAfter(2, fault);
    assertThat(get()).isEqualTo(ANSWER);
    assertThat(get()).isEqualTo(ANSWER);
    assertThatThrownBy(this::get).isInstanceOf(IOException.class);
    assertThatThrownBy(this::get).isInstanceOf(IOException.class);
    assertThat(seen.get()).isEqualTo(2);
    assertThat(proxy.accepted()).isEqualTo(fault == Fault.REFUSE ? 2 : 4);
    proxy.fault(Fault.NONE);
    assertThat(get()).isEqualTo(ANSWER);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"BLACK_HOLE", "SWALLOW_ANSWER"})
  void leavesTheClientWaiting(Fault fault) {
    proxy.fault(fault);
    assertThatThrownBy(this::get).isInstanceOf(SocketTimeoutException.class);
    assertThat(seen.get()).isEqualTo(fault == Fault.BLACK_HOLE ? 0 : 1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CLOSE_AT_ONCE", "RESET_BEFORE_REQUEST", "GARBAGE"})
  void failsBeforeTheServerHasSeenAnything(Fault fault) {
    proxy.fault(fault);
    assertThatThrownBy(this::get).isInstanceOf(IOException.class);
    assertThat(seen.get()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"RESET_AFTER_REQUEST", "CUT_ANSWER"})
  void failsAfterTheServerHasActed(Fault fault) {
    proxy.fault(fault);
    assertThatThrownBy(this::get).isInstanceOf(IOException.class);
    assertThat(seen.get()).isEqualTo(1);
  }

  @Test
  void changesAByteOfTheAnswer() throws Exception {
    proxy.fault(Fault.CORRUPT);
    try {
      assertThat(get()).isNotEqualTo(ANSWER);
    } catch (IOException e) {
      assertThat(e).hasMessageStartingWith("no answer: ");
    }
  }

  @Test
  void flapsFromConnectionToConnection() throws Exception {
    proxy.fault(Fault.FLAPPING);
    assertThat(get()).isEqualTo(ANSWER);
    assertThatThrownBy(this::get).isInstanceOf(IOException.class);
    assertThat(get()).isEqualTo(ANSWER);
  }

  @Test
  void closesOneHalfAndLetsTheAnswerThrough() throws Exception {
    proxy.fault(Fault.HALF_CLOSE);
    assertThat(get()).isEqualTo(ANSWER);
  }

  @Test
  void givesTheAnswerByteByByte() throws Exception {
    proxy.fault(Fault.TRICKLE);
    long asked = System.nanoTime();
    try (Socket socket = asking()) {
      socket.setSoTimeout(30_000);
      for (int bytes = 1; bytes <= 2; bytes++) {
        assertThat(socket.getInputStream().read()).isPositive();
        assertThat(Duration.ofNanos(System.nanoTime() - asked))
            .isGreaterThanOrEqualTo(Duration.ofSeconds(bytes));
      }
    }
  }

  /** By a bare socket: a client of the platform's would try again by itself. */
  private String get() throws IOException {
    try (Socket socket = asking()) {
      String got = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      if (!got.startsWith("HTTP/1.1 200") || !got.contains("\r\n\r\n")) {
        throw new IOException("no answer: " + got);
      }
      return got.substring(got.indexOf("\r\n\r\n") + 4);
    }
  }

  private Socket asking() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(2_000);
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
    return socket;
  }
}
