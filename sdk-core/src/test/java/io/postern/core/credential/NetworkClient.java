package io.postern.core.credential;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** A plug-in for {@link NetworkStore}, as a careful vendor writes it: one connection a request. */
record NetworkClient(int port, InstantSource clock, BiConsumer<Integer, String> before)
    implements CredentialProvider, ChecksOutAccounts, RenewsLeases, RotatesCredentials {
  private static final Setting<Integer> PORT =
      Setting.number("port", 1, 65_535, "where it is").required();
  private static final Pattern ANSWER =
      Pattern.compile(
          "HTTP/1\\.. (\\d+) .*?\\r\\nX-Sum: (\\d+)\\r\\n.*?\\r\\n\\r\\n(.*)", Pattern.DOTALL);

  /**
   * A factory.
   *
   * @param before is told of port and act at the beginning of each call
   */
  static CredentialProviderFactory factory(BiConsumer<Integer, String> before) {
    return new CredentialProviderFactory() {
      @Override
      public PluginIdentity identity() {
        return PluginIdentity.of("network", "1");
      }

      @Override
      public List<Setting<?>> settings() {
        return List.of(PORT);
      }

      @Override
      public CredentialProvider create(Settings settings, PluginContext context) {
        return new NetworkClient(settings.get(PORT), context.clock(), before);
      }
    };
  }

  static Settings at(int port) {
    return Settings.with("port", port);
  }

  @Override
  public Health health(HealthCheck check) {
    try {
      return Health.up(ask("health", "x", "x", check.deadline()));
    } catch (ProviderException e) {
      return Health.down(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public List<FoundCredential> find(FindRequest request) {
    return Stream.of(ask("find", "x", request.call()).split(" "))
        .map(
            key ->
                FoundCredential.of(key, key, CredentialKind.PASSWORD, Precedence.ITEM)
                    .exclusive(key.equals("root")))
        .toList();
  }

  @Override
  public Lent resolve(ResolveRequest request) {
    return lent(request.key(), request.call(), ask("resolve", request.key(), request.call()));
  }

  @Override
  public Lent checkOut(CheckOutRequest request) {
    return lent(request.key(), request.call(), ask("check-out", request.key(), request.call()));
  }

  private Lent lent(String key, CallContext call, String secret) {
    return new Lent(
        Credential.password(key, Secret.takeFrom(secret.toCharArray())),
        new LeaseTerms(
            call.callId(), Optional.of(clock.instant().plus(Duration.ofMinutes(10))), true));
  }

  @Override
  public void release(ReleaseRequest request) {
    ask("release", request.key(), request.call());
  }

  @Override
  public void checkIn(ReleaseRequest request) {
    ask("check-in", request.key(), request.call());
  }

  @Override
  public LeaseTerms renew(RenewRequest request) {
    ask("renew", request.key(), request.call());
    return new LeaseTerms(request.leaseReference(), Optional.of(request.until()), true);
  }

  @Override
  public void rotate(RotateRequest request) {
    ask("rotate", request.key(), request.call());
  }

  @Override
  public void close() {}

  private String ask(String act, String key, CallContext call) {
    return ask(act, key, call.callId(), call.deadline());
  }

  private String ask(String act, String key, String call, Instant deadline) {
    before.accept(port, act);
    long end = System.nanoTime() + Duration.between(clock.instant(), deadline).toNanos();
    try (Socket socket = new Socket()) {
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millisUntil(end));
      } catch (IOException e) {
        throw ProviderException.withoutEffect(Failure.UNAVAILABLE, "no connection", act, e);
      }
      String request =
          "POST /" + act + "/" + key + "/" + call + " HTTP/1.0\r\nContent-Length: 0\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return understood(act, answer(socket, end));
    } catch (SocketTimeoutException e) {
      throw ProviderException.effectUnknown(Failure.TIMED_OUT, "no answer in time", act, e);
    } catch (IOException e) {
      throw ProviderException.effectUnknown(Failure.UNAVAILABLE, "connection lost", act, e);
    }
  }

  /** Everything until the other side closes, however slowly it comes, until the end. */
  private static String answer(Socket socket, long end) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[4_096];
    while (true) {
      socket.setSoTimeout(millisUntil(end));
      int count = socket.getInputStream().read(buffer);
      if (count < 0) {
        return all.toString(StandardCharsets.US_ASCII);
      }
      all.write(buffer, 0, count);
    }
  }

  private static int millisUntil(long end) throws SocketTimeoutException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0 || Thread.currentThread().isInterrupted()) {
      throw new SocketTimeoutException("the time is over");
    }
    return (int) left;
  }

  private static String understood(String act, String answer) {
    Matcher parts = ANSWER.matcher(answer.replaceAll("(?i)x-sum", "X-Sum"));
    CRC32 sum = new CRC32();
    if (parts.matches()) {
      sum.update(parts.group(3).getBytes(StandardCharsets.US_ASCII));
    }
    if (!parts.matches() || sum.getValue() != Long.parseLong(parts.group(2))) {
      throw ProviderException.effectUnknown(Failure.UNAVAILABLE, "half an answer", act, null);
    }
    if (!parts.group(1).equals("200")) {
      throw ProviderException.withoutEffect(Failure.DENIED, parts.group(3), act, null);
    }
    return parts.group(3);
  }
}
