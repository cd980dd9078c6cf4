package io.postern.core.injection;

import io.postern.PosternException;
import io.postern.spi.injection.Injector.Gate;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Lets bodies that are still on their way be cut off: some are read long after the answer. Each
 * part asks the session whether it may pass; where not, the body is broken off as a transfer is.
 */
final class CuttableBody<T> implements BodyHandler<T> {
  private final BodyHandler<T> handler;
  private final Set<SingleHostClient.Cut> underWay;
  private final Gate gate;

  CuttableBody(BodyHandler<T> handler, Set<SingleHostClient.Cut> underWay, Gate gate) {
    this.handler = handler;
    this.underWay = underWay;
    this.gate = gate;
  }

  @Override
  public BodySubscriber<T> apply(ResponseInfo info) {
    Cuttable<T> body = new Cuttable<>(handler.apply(info), underWay, gate);
    underWay.add(body);
    return body;
  }

  /** One body. What it is told comes one after the other, the cut too. */
  private static final class Cuttable<T> implements BodySubscriber<T>, SingleHostClient.Cut {
    private final BodySubscriber<T> bare;
    private final Set<SingleHostClient.Cut> underWay;
    private final Gate gate;
    private Flow.@Nullable Subscription subscription;
    private boolean over;

    Cuttable(BodySubscriber<T> bare, Set<SingleHostClient.Cut> underWay, Gate gate) {
      this.bare = bare;
      this.underWay = underWay;
      this.gate = gate;
    }

    @Override
    public CompletionStage<T> getBody() {
      return bare.getBody().thenApply(this::asking);
    }

    /**
     * What a stream holds ready asks as well. Only the platform's own, which nobody can expect to
     * be anything more than a stream.
     */
    @SuppressWarnings("unchecked")
    private T asking(T body) {
      return body instanceof InputStream stream
              && body.getClass().getModule() == BodySubscriber.class.getModule()
          ? (T) new GatedInput(stream, gate::requirePassing)
          : body;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
      subscription = given;
      bare.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
      try {
        gate.requirePassing();
      } catch (PosternException refusal) {
        cut(refusal);
        return;
      }
      pass(bytes);
    }

    private synchronized void pass(List<ByteBuffer> bytes) {
      if (!over) {
        bare.onNext(bytes);
      }
    }

    @Override
    public void onError(Throwable thrown) {
      end(() -> bare.onError(thrown));
    }

    @Override
    public void onComplete() {
      end(bare::onComplete);
    }

    @Override
    public void cut() {
      cut(new IOException("cut off: the session ended"));
    }

    private void cut(Exception why) {
      Flow.Subscription running;
      synchronized (this) {
        running = subscription;
      }
      if (running != null) {
        running.cancel();
      }
      end(() -> bare.onError(why));
    }

    private synchronized void end(Runnable signal) {
      underWay.remove(this);
      if (!over) {
        over = true;
        signal.run();
      }
    }
  }
}
