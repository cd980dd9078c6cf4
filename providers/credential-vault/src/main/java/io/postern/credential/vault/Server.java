package io.postern.credential.vault;

import io.postern.PosternException;
import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.json.JsonException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Vault, asked as whoever holds a token. Turns all that goes wrong into the closed set.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs"
 */
final class Server implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Server.class);
  private static final int MOST_REDIRECTS = 2;

  private final Origin origin;
  private final String prefix;
  private final Optional<String> namespace;
  private final Exchange exchange;
  private final Faults faults;

  Server(URI address, Optional<String> namespace, Exchange exchange) {
    this.origin = Origin.of(address);
    String path = Optional.ofNullable(address.getRawPath()).orElse("");
    this.prefix = path.replaceAll("/+$", "") + "/v1/";
    this.namespace = namespace;
    this.exchange = exchange;
    this.faults = new Faults(origin.toString());
  }

  Faults faults() {
    return faults;
  }

  /**
   * Asks once, with this token or without one.
   *
   * @return an answer of 2xx or of a tolerated status; the caller closes it
   */
  Answer ask(Ask ask, @Nullable Secret token, TimeLimit limit) {
    WireAnswer wire = follow(ask, token, limit);
    Answer answer;
    try {
      answer = Answer.of(wire);
    } catch (JsonException e) {
      throw faults.unreadable(ask, "status=" + wire.status() + " no JSON: " + e.getMessage(), e);
    }
    log.debug("vault answered request={} status={}", ask, answer.status());
    if (answer.status() / 100 == 2 || ask.tolerated().contains(answer.status())) {
      return answer;
    }
    try (answer) {
      throw faults.refused(ask, answer);
    }
  }

  /**
   * A standby that does not pass requests on names the leader instead. It is followed by hand, and
   * only where the leader proves who it is: the token goes there.
   */
  private WireAnswer follow(Ask ask, @Nullable Secret token, TimeLimit limit) {
    Origin at = origin;
    String target = prefix + ask.target();
    for (int hops = 0; ; hops++) {
      WireAnswer wire =
          send(at, new WireRequest(ask.method(), target, headers(), token, ask.body()), ask, limit);
      Optional<URI> leader =
          wire.status() == 307 || wire.status() == 308
              ? wire.header("location").flatMap(Server::uri)
              : Optional.empty();
      if (leader.isEmpty()) {
        return wire;
      }
      wire.close();
      URI next = leader.get();
      Origin from = at;
      at = origin(next, ask);
      target = Optional.ofNullable(next.getRawPath()).orElse("/") + query(next);
      boolean proven = at.encrypted() || (!origin.encrypted() && at.host().equals(origin.host()));
      if (!proven || hops == MOST_REDIRECTS) {
        throw faults.misconfigured(
            ask.what()
                + " failed: the server is a standby and names "
                + at
                + " as the leader, "
                + (proven ? "which names another one" : "which could be anybody without TLS")
                + "; check 'api_addr' in the configuration of that server",
            ask + " redirected from=" + from + " to=" + at);
      }
      log.debug("vault standby names leader from={} to={}", from, at);
    }
  }

  private Origin origin(URI leader, Ask ask) {
    try {
      return Origin.of(leader);
    } catch (IllegalArgumentException e) {
      throw faults.unreadable(ask, "redirected to no address", e);
    }
  }

  private static String query(URI uri) {
    return uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
  }

  private static Optional<URI> uri(String text) {
    try {
      return Optional.of(URI.create(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private WireAnswer send(Origin at, WireRequest request, Ask ask, TimeLimit limit) {
    try {
      return exchange.ask(at, request, ask.acts(), limit);
    } catch (WireFailure e) {
      throw faults.of(e, ask);
    } catch (ProviderException e) {
      throw e;
    } catch (PosternException e) {
      throw faults.closed(); // A secret that was to be sent has been wiped meanwhile.
    }
  }

  private List<String> headers() {
    List<String> headers = new ArrayList<>();
    // Agents and proxies of Vault's refuse requests without it.
    headers.add("X-Vault-Request: true");
    namespace.ifPresent(name -> headers.add("X-Vault-Namespace: " + Paths.encoded(name)));
    return headers;
  }

  /** Ends every request under way. */
  @Override
  public void close() {
    exchange.close();
  }

  /**
   * What {@code ask} says when it fails, without asking anything: for answers that are whole and
   * still of no use.
   */
  ProviderException useless(Ask ask, String why) {
    return faults.unreadable(ask, why, null);
  }

  @Override
  public String toString() {
    return origin.toString();
  }
}
