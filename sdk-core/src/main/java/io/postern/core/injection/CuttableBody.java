package io.postern.core.injection;

import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Lets bodies that are still on their way be cut off: some are read long after the answer. */
final class CuttableBody<T> implements BodyHandler<T> {
  private final BodyHandler<T> handler;
  private final Set<SingleHostClient.Cut> underWay;

  CuttableBody(BodyHandler<T> handler, Set<SingleHostClient.Cut> underWay) {
    this.handler = handler;
    this.underWay = underWay;
  }

  @Override
  public BodySubscriber<T> apply(ResponseInfo info) {
    Cuttable<T> body = new Cuttable<>(handler.apply(info), underWay);
    underWay.add(body);
    return body;
  }

  /** One body. What it is told comes one after the other, the cut too. */
  private static final class Cuttable<T> implements BodySubscriber<T>, SingleHostClient.Cut {
    private final BodySubscriber<T> bare;
    private final Set<SingleHostClient.Cut> underWay;
    private Flow.@Nullable Subscription subscription;
    private boolean over;

    Cuttable(BodySubscriber<T> bare, Set<SingleHostClient.Cut> underWay) {
      this.bare = bare;
      this.underWay = underWay;
    }

    @Override
    public CompletionStage<T> getBody() {
      return bare.getBody();
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
      subscription = given;
      bare.onSubscribe(given);
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> bytes) {
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
      Flow.Subscription running;
      synchronized (this) {
        running = subscription;
      }
      if (running != null) {
        running.cancel();
      }
      end(() -> bare.onError(new IOException("cut off: the session ended")));
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
