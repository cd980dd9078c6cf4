package io.postern.core.injection;

import io.postern.PosternException;
import io.postern.spi.injection.Injector.Gate;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, of which each part asks whether it may pass; where not, it is broken off.
 */
final class GatedUpload implements BodyPublisher {
  private final BodyPublisher bare;
  private final Gate gate;

  GatedUpload(BodyPublisher bare, Gate gate) {
    this.bare = bare;
    this.gate = gate;
  }

  @Override
  public long contentLength() {
    return bare.contentLength();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    bare.subscribe(new Asking(subscriber));
  }

  /** Stands before one subscriber. What it is told comes one after the other. */
  private final class Asking implements Flow.Subscriber<ByteBuffer> {
    private final Flow.Subscriber<? super ByteBuffer> next;
    private Flow.@Nullable Subscription subscription;
    private boolean over;

    Asking(Flow.Subscriber<? super ByteBuffer> next) {
      this.next = next;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      next.onSubscribe(given);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      if (over) {
        return;
      }
      try {
        gate.requirePassing();
      } catch (PosternException refusal) {
        if (subscription != null) {
          subscription.cancel();
        }
        onError(refusal);
        return;
      }
      next.onNext(bytes);
    }

    @Override
    public void onError(Throwable thrown) {
      if (!over) {
        over = true;
        next.onError(thrown);
      }
    }

    @Override
    public void onComplete() {
      if (!over) {
        over = true;
        next.onComplete();
      }
    }
  }
}
