package io.postern.core.fake;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.injection.Injector;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Something that credentials are injected into, which tells what it got and how often it tried. */
public final class Recipient implements Injector<Recipient.Holding> {
  public final AtomicInteger tries = new AtomicInteger();
  public final List<Holding> held = new CopyOnWriteArrayList<>();
  public volatile Set<CredentialKind> accepts = EnumSet.allOf(CredentialKind.class);
  public volatile List<String> missing = List.of();
  public volatile String password = "s3cret-of-orders";

  /** Whether it tells the session of its end where it refuses, too. */
  public volatile boolean closesWhatItRefuses;

  /** Run in each try, with the gate open. */
  public volatile Runnable meanwhile = () -> {};

  @Override
  public String name() {
    return "recipient";
  }

  @Override
  public Set<CredentialKind> accepts() {
    return accepts;
  }

  @Override
  public List<String> missing(Endpoint endpoint) {
    return missing;
  }

  @Override
  public Holding inject(InjectRequest request) {
    tries.incrementAndGet();
    meanwhile.run();
    try (Secret right = Secret.takeFrom(password.getBytes(StandardCharsets.UTF_8))) {
      if (!request.credential().secrets().get(0).sameAs(right)) {
        if (closesWhatItRefuses) {
          request.gate().closed();
        }
        throw new PosternException(ErrorCode.LOGON_REFUSED, "the recipient refuses it");
      }
    }
    Holding holding = new Holding(request);
    held.add(holding);
    return holding;
  }

  /** What it made of a credential. */
  public static final class Holding implements AutoCloseable {
    private final InjectRequest request;
    public volatile boolean closed;

    private Holding(InjectRequest request) {
      this.request = request;
    }

    public void use() {
      request.gate().requireOpen();
    }

    /** A piece of what a use began. */
    public void pass() {
      request.gate().requirePassing();
    }

    public Credential credential() {
      return request.credential();
    }

    public Endpoint endpoint() {
      return request.endpoint();
    }

    @Override
    public void close() {
      closed = true;
      request.credential().close();
      request.gate().closed();
    }
  }
}
