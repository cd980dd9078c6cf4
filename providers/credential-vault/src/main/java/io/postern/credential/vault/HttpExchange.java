package io.postern.credential.vault;

import io.postern.credential.vault.WireFailure.Kind;
import io.postern.spi.json.WipedBytes;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over connections of our own, which are kept for a while. It works on the caller's thread
 * and has none.
 *
 * <p>Why not {@code java.net.http}: decision record 1140.
 */
final class HttpExchange implements Exchange {
  private static final int MOST_IDLE = 8;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final Trust trust;
  private final Duration connectTimeout;
  private final Deque<Idle> idle = new ArrayDeque<>();
  private final Set<Line> open = new HashSet<>();
  private boolean closed;

  private record Idle(Origin origin, Line line, long since) {}

  HttpExchange(Trust trust, Duration connectTimeout) {
    this.trust = trust;
    this.connectTimeout = connectTimeout;
  }

  @Override
  public WireAnswer ask(Origin origin, WireRequest request, boolean acts, TimeLimit limit)
      throws WireFailure {
    Line kept = takeIdle(origin);
    if (kept != null) {
      try {
        return ask(kept, origin, request, limit);
      } catch (WireFailure e) {
        // The server may have closed a kept connection at this very moment. What only reads can be
        // asked anew; what does something cannot, because nobody knows whether it was done.
        if (acts || e.kind() != Kind.BROKEN) {
          throw e;
        }
      }
    }
    return ask(connect(origin, limit), origin, request, limit);
  }

  private WireAnswer ask(Line line, Origin origin, WireRequest request, TimeLimit limit)
      throws WireFailure {
    boolean whole = false;
    boolean keep = false;
    try (WipedBytes bytes = request.encoded(origin);
        AnswerReader reader = new AnswerReader(line, limit)) {
      line.write(bytes.written(), limit);
      WireAnswer answer = reader.read();
      whole = true;
      keep = !answer.header("connection").orElse("").equalsIgnoreCase("close");
      return answer;
    } catch (IOException e) {
      throw failure(e, true, limit);
    } finally {
      if (whole && keep) {
        giveBack(origin, line);
      } else {
        drop(line);
      }
    }
  }

  private Line connect(Origin origin, TimeLimit limit) throws WireFailure {
    TimeLimit forConnect = limit.atMost(connectTimeout);
    @Nullable SSLContext context = origin.encrypted() ? trust.context() : null;
    @Nullable Line line = null;
    try {
      line = PlainLine.connect(origin, forConnect);
      Line ready = context == null ? line : TlsLine.over(line, context, origin, forConnect);
      synchronized (this) {
        if (closed) {
          throw closed();
        }
        open.add(ready);
      }
      return ready;
    } catch (IOException | RuntimeException e) {
      if (line != null) {
        line.close();
      }
      // TLS of some providers, and names that cannot be shown to a server, fail in this way.
      IOException told = e instanceof IOException known ? known : new IOException(e);
      WireFailure failure = failure(told, false, forConnect);
      // Only the call's own end is a time-out; a server that cannot be reached is not.
      throw failure.kind() == Kind.TIME_OVER && !limit.isOver()
          ? new WireFailure(
              Kind.UNREACHABLE, false, "no connection within " + connectTimeout, failure)
          : failure;
    }
  }

  private WireFailure failure(IOException e, boolean sent, TimeLimit limit) {
    Kind kind = sent ? Kind.BROKEN : Kind.UNREACHABLE;
    if (e instanceof WireFailure known) {
      kind = known.kind();
    } else if (Thread.currentThread().isInterrupted()) {
      kind = Kind.CALLED_OFF;
    } else if (limit.isOver()) {
      kind = Kind.TIME_OVER;
    } else if (isDistrust(e)) {
      kind = Kind.UNTRUSTED;
    }
    synchronized (this) {
      kind = closed ? Kind.CLOSED : kind;
    }
    return new WireFailure(kind, sent, e.getClass().getSimpleName() + ": " + e.getMessage(), e);
  }

  private static boolean isDistrust(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Line takeIdle(Origin origin) throws WireFailure {
    while (true) {
      Idle last;
      synchronized (this) {
        if (closed) {
          throw closed();
        }
        last = idle.pollLast();
        if (last == null) {
          return null;
        }
      }
      boolean usable =
          last.origin().equals(origin)
              && System.nanoTime() - last.since() < IDLE_NANOS
              && last.line().isQuiet();
      if (usable) {
        return last.line();
      }
      drop(last.line());
    }
  }

  private void giveBack(Origin origin, Line line) {
    synchronized (this) {
      if (!closed && idle.size() < MOST_IDLE) {
        idle.addLast(new Idle(origin, line, System.nanoTime()));
        return;
      }
    }
    drop(line);
  }

  private void drop(Line line) {
    synchronized (this) {
      open.remove(line);
    }
    line.close();
  }

  private static WireFailure closed() {
    return new WireFailure(Kind.CLOSED, false, "this instance was closed", null);
  }

  /** Connections in use are cut; whoever waits on one is told that this was closed. */
  @Override
  public void close() {
    Set<Line> inUse;
    List<Line> unused;
    synchronized (this) {
      closed = true;
      unused = idle.stream().map(Idle::line).toList();
      idle.clear();
      unused.forEach(open::remove);
      inUse = new HashSet<>(open);
    }
    unused.forEach(Line::close);
    inUse.forEach(Line::cut);
  }
}
