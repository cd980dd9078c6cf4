package io.postern.core.injection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.injection.Injector.Gate;
import io.postern.spi.injection.Injector.InjectRequest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A session that lets pass or not, as the test says. */
final class SettableGate implements Gate {
  final AtomicInteger asked = new AtomicInteger();
  final AtomicInteger passed = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  private volatile Optional<ErrorCode> refusing = Optional.empty();

  void refuse(ErrorCode code) {
    refusing = Optional.of(code);
  }

  void open() {
    refusing = Optional.empty();
  }

  @Override
  public void requireOpen() {
    asked.incrementAndGet();
    require();
  }

  @Override
  public void requirePassing() {
    passed.incrementAndGet();
    require();
  }

  private void require() {
    refusing.ifPresent(
        code -> {
          throw new PosternException(code, "the test's gate is shut");
        });
  }

  @Override
  public void closed() {
    closed.incrementAndGet();
  }

  static Endpoint endpoint(String host, int port) {
    return new Endpoint(
        JumpItemId.of("item"), "item", "any", host, port, Optional.empty(), "", Map.of());
  }

  InjectRequest handing(Credential credential, String host, int port) {
    return new InjectRequest(
        endpoint(host, port),
        credential,
        this,
        new CallContext(
            Person.named("maya", "Maya").build(),
            Optional.empty(),
            Optional.empty(),
            "inject",
            "call",
            Instant.now().plusSeconds(30)));
  }

  static Secret secret(String text) {
    return Secret.takeFrom(text.getBytes(UTF_8));
  }

  static Credential password(String username, String password) {
    return Credential.password(username, secret(password));
  }

  static Credential token(String token) {
    return Credential.token("robot", secret(token));
  }
}
