package io.postern.credential.vault;

import io.github.jopenlibs.vault.EnvironmentLoader;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.Debug;
import io.github.jopenlibs.vault.api.Logical;
import io.github.jopenlibs.vault.response.HealthResponse;
import io.github.jopenlibs.vault.response.LogicalResponse;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.json.WipedBytes;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The calls that carry no secret either way, made by vault-java-driver on our own exchange. Which
 * they are, and why not the others: decision record 1140.
 */
final class Driver {
  private final Vault vault;

  Driver(Vault vault) {
    this.vault = vault;
  }

  /** A call of the driver's. */
  private interface Call<T> {
    T make(VaultConfig config) throws VaultException;
  }

  /** Looks at an answer before the driver does, and throws or returns it. */
  interface Judge {
    Answer judged(Ask ask, Answer answer);
  }

  /** Says how the server is; asked without a token, and answered by every status. */
  HealthResponse health(TimeLimit limit) {
    Ask ask =
        Ask.reading("sys/health", "asking for its health").tolerating(429, 472, 473, 500, 501, 503);
    return call(
        request -> vault.server().ask(targeted(ask, request), null, limit),
        config -> new Debug(config).health(true, true, null, null, null, null, null, null));
  }

  /** Reads what is no secret; an answer with status 404 when it is not there. */
  LogicalResponse read(String path, String what, TimeLimit limit) {
    Ask ask = Ask.reading(path, what).tolerating(404);
    return call(
        request -> checked(ask, vault.ask(targeted(ask, request), limit)),
        config -> new Logical(config).read(Paths.encoded(path)));
  }

  /** Lists names; none for a folder that is not there. */
  LogicalResponse list(String path, String what, TimeLimit limit) {
    Ask ask = Ask.reading(path, what).tolerating(404);
    return call(
        request -> checked(ask, vault.ask(targeted(ask, request), limit)),
        config -> new Logical(config).list(Paths.encoded(path)));
  }

  /** Makes Vault do something for which nothing secret is said or answered. */
  LogicalResponse write(
      String path, Map<String, Object> values, Ask as, Judge judge, TimeLimit limit) {
    return call(
        request -> {
          try (WipedBytes body = body(request)) {
            Ask ask =
                new Ask(
                    as.method(),
                    targeted(as, request).target(),
                    body.written(),
                    as.acts(),
                    as.tolerated(),
                    as.what());
            return judge.judged(ask, vault.ask(ask, limit));
          }
        },
        config -> new Logical(config).write(Paths.encoded(path), values));
  }

  /** Nothing there and no such engine are both 404; only the first is an answer. */
  private Answer checked(Ask ask, Answer answer) {
    if (answer.status() == 404 && answer.namesErrors()) {
      try (answer) {
        throw vault.faults().refused(ask, answer);
      }
    }
    return answer;
  }

  private static Ask targeted(Ask ask, HttpRequest request) {
    String uri = request.uri().toASCIIString();
    return new Ask(
        ask.method(),
        uri.substring(uri.indexOf("/v1/") + "/v1/".length()),
        ask.body(),
        ask.acts(),
        ask.tolerated(),
        ask.what());
  }

  private <T> T call(DriverClient.Carrier carrier, Call<T> call) {
    try {
      return call.make(
          new VaultConfig()
              .environmentLoader(new NoEnvironment())
              .address("https://vault.invalid")
              .engineVersion(1)
              .httpClient(new DriverClient(carrier))
              .build());
    } catch (VaultException e) {
      // Reached by reads only: whatever acts is answered by 2xx with a body that was read before.
      throw reason(e);
    }
  }

  /** Ours, out of what the driver put around it. */
  private ProviderException reason(VaultException e) {
    String deepest = "";
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      deepest = cause.getClass().getName();
      if (cause instanceof ProviderException ours) {
        return ours;
      }
    }
    // Its own texts repeat bodies: neither they nor it goes further.
    return vault
        .faults()
        .of(
            ProviderException.Failure.UNAVAILABLE,
            true,
            "what came is no answer of Vault's; check setting 'address' and any proxy between",
            "the driver could not read an answer: " + deepest,
            null);
  }

  private static WipedBytes body(HttpRequest request) {
    WipedBytes bytes = WipedBytes.create();
    request
        .bodyPublisher()
        .ifPresent(
            publisher ->
                publisher.subscribe(
                    new Flow.Subscriber<ByteBuffer>() {
                      @Override
                      public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(Long.MAX_VALUE);
                      }

                      @Override
                      public void onNext(ByteBuffer item) {
                        bytes.put(item);
                      }

                      @Override
                      public void onError(Throwable failure) {}

                      @Override
                      public void onComplete() {}
                    }));
    return bytes;
  }

  /** Else the driver takes address and token from the environment, and a file in the home. */
  private static final class NoEnvironment extends EnvironmentLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable String loadVariable(String name) {
      return null;
    }
  }

  static String text(LogicalResponse response, String name) {
    return response.getData().getOrDefault(name, "");
  }

  static boolean isThere(LogicalResponse response) {
    return response.getRestResponse().getStatus() != 404 && response.getDataObject() != null;
  }
}
