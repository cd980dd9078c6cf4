package io.postern.credential.vault;

import io.postern.credential.Secret;
import io.postern.credential.vault.LogOn.Granted;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.json.JsonBody;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What came wrapped: a token for one use, behind which Vault keeps the secret itself. Where it was
 * made is asked first, because whoever intercepted it could have unwrapped it and wrapped something
 * else.
 *
 * @see "https://developer.hashicorp.com/vault/docs/concepts/response-wrapping"
 */
final class Wrapping {
  private static final Logger log = LoggerFactory.getLogger(Wrapping.class);

  private Wrapping() {}

  static Granted token(Server server, Secret wrapping, TimeLimit limit) {
    return unwrap(
        server,
        wrapping,
        "wrapped-token",
        "auth/.+",
        limit,
        answer ->
            Granted.from(Ask.reading("sys/wrapping/unwrap", "unwrapping a token"), answer, server));
  }

  static Secret secretId(Server server, Secret wrapping, TimeLimit limit) {
    return unwrap(
        server,
        wrapping,
        "wrapped-secret-id",
        "auth/.+/role/[^/]+/(secret-id|custom-secret-id)",
        limit,
        answer ->
            answer
                .secret("data", "secret_id")
                .orElseThrow(
                    () ->
                        server
                            .faults()
                            .misconfigured(
                                "what was wrapped in setting 'wrapped-secret-id' is no secret id;"
                                    + " wrap the answer of auth/approle/role/<role>/secret-id",
                                "no data.secret_id")));
  }

  private static <T> T unwrap(
      Server server,
      Secret wrapping,
      String setting,
      String madeAt,
      TimeLimit limit,
      Function<Answer, T> reader) {
    checkOrigin(server, wrapping, setting, madeAt, limit);
    try (JsonBody none = JsonBody.create()) {
      Ask ask =
          Ask.posting("sys/wrapping/unwrap", none.written(), "unwrapping setting '" + setting + "'")
              .tolerating(400, 403, 404);
      try (Answer answer = server.ask(ask, wrapping, limit)) {
        if (answer.status() >= 400) {
          throw spent(server, setting, answer);
        }
        return reader.apply(answer);
      }
    }
  }

  private static void checkOrigin(
      Server server, Secret wrapping, String setting, String madeAt, TimeLimit limit) {
    try (JsonBody body = JsonBody.create().secret("token", wrapping)) {
      Ask ask =
          Ask.posting("sys/wrapping/lookup", body.written(), "looking at setting '" + setting + "'")
              .harmless()
              .tolerating(400, 403, 404);
      try (Answer answer = server.ask(ask, null, limit)) {
        if (answer.status() >= 400) {
          throw spent(server, setting, answer);
        }
        String path = answer.text("data", "creation_path");
        if (!path.matches(madeAt)) {
          throw server
              .faults()
              .denied(
                  "what is wrapped in setting '"
                      + setting
                      + "' was not made where such a thing is made; it may have been exchanged on"
                      + " its way: find out who had it",
                  "creation_path=" + path);
        }
      }
    }
  }

  private static ProviderException spent(Server server, String setting, Answer answer) {
    // A caller sees a denial like any other; that somebody else may have it is worth more.
    log.warn("vault wrapping token was unwrapped before, or is too old setting={}", setting);
    return server
        .faults()
        .denied(
            "what is wrapped in setting '"
                + setting
                + "' was unwrapped before, or is too old; when nobody of yours did that, somebody"
                + " has it: revoke it, and give a new one",
            answer.inWords());
  }
}
