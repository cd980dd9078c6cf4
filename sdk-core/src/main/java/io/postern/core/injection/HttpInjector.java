package io.postern.core.injection;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.injection.Injector;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends a credential in a header of each HTTP request to the jump item's host and port, and to no
 * other: as {@code Authorization} by {@link #basic} or {@link #bearer}, or in a {@link #header} of
 * another name. Over TLS, with the host's certificate verified, unless {@link #withoutTls} says
 * otherwise. Immutable; the methods give changed copies.
 */
public final class HttpInjector implements Injector<HttpAccess> {
  /** What the Java platform writes itself, by its own list and RFC 9110. */
  private static final Set<String> NOT_OURS =
      Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding");

  private final String header;
  private final Set<CredentialKind> kinds;
  private final Function<Credential, String> value;
  private final boolean tls;
  private final @Nullable SSLContext trust;
  private final @Nullable String probe;

  private HttpInjector(
      String header,
      Set<CredentialKind> kinds,
      Function<Credential, String> value,
      boolean tls,
      @Nullable SSLContext trust,
      @Nullable String probe) {
    this.header = header;
    this.kinds = kinds;
    this.value = value;
    this.tls = tls;
    this.trust = trust;
    this.probe = probe;
  }

  /** User name and password by basic authentication (RFC 7617). */
  public static HttpInjector basic() {
    return new HttpInjector(
        "Authorization",
        Set.of(CredentialKind.PASSWORD),
        given -> PlatformText.basic(given.username(), first(given)),
        true,
        null,
        null);
  }

  /** A token, or a password that is one, as a bearer token (RFC 6750). */
  public static HttpInjector bearer() {
    return inHeader("Authorization", "Bearer ");
  }

  /**
   * A token, or a password that is one, alone in a header.
   *
   * @param name of the header, such as {@code X-Api-Key}: letters, digits and hyphens, and none
   *     that HTTP itself needs
   */
  public static HttpInjector header(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9-]{0,99}")
        || NOT_OURS.contains(name.toLowerCase(java.util.Locale.ROOT))) {
      throw new IllegalArgumentException("'" + name + "' cannot be the header of a credential");
    }
    return inHeader(name, "");
  }

  private static HttpInjector inHeader(String name, String prefix) {
    return new HttpInjector(
        name,
        Set.of(CredentialKind.TOKEN, CredentialKind.PASSWORD),
        given -> PlatformText.header(prefix, first(given)),
        true,
        null,
        null);
  }

  private static Secret first(Credential credential) {
    return credential.secrets().get(0);
  }

  /** Sends in the clear: whoever is on the way reads the credential. */
  public HttpInjector withoutTls() {
    return new HttpInjector(header, kinds, value, false, trust, probe);
  }

  /** Trusts what this context trusts, such as an own certificate authority. */
  public HttpInjector trusting(SSLContext context) {
    return new HttpInjector(header, kinds, value, tls, requireNonNull(context, "context"), probe);
  }

  /**
   * Has a GET of this path prove the credential when it is injected: where the answer is 401 or
   * 403, it was refused. Without, the first request tells: after a 401 before any success the
   * credential is not sent again (rule INJ-6). After a success a 401 may mean that one path alone,
   * or that the credential was changed: then one request at a time carries it, until one succeeds;
   * a second 401 before that is the last.
   *
   * @param path begins with a slash
   */
  public HttpInjector provedBy(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("the path '" + path + "' must begin with a slash");
    }
    return new HttpInjector(header, kinds, value, tls, trust, path);
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public Set<CredentialKind> accepts() {
    return kinds;
  }

  @Override
  public List<String> missing(Endpoint endpoint) {
    List<String> missing = new ArrayList<>();
    Place.fault(endpoint).ifPresent(missing::add);
    return missing;
  }

  @Override
  public HttpAccess inject(InjectRequest request) {
    SingleHostClient client =
        new SingleHostClient(
            (tls ? "https://" : "http://") + Place.of(request.endpoint()),
            Optional.ofNullable(trust),
            header,
            () -> value.apply(request.credential()),
            request.gate(),
            request.credential());
    try {
      // Made once in vain, so that a secret that can be no header is refused here.
      requireNonNull(value.apply(request.credential()));
      if (probe != null) {
        prove(client, probe, request);
      }
      return client;
    } catch (RuntimeException e) {
      client.disconnect();
      throw e;
    }
  }

  private static void prove(SingleHostClient client, String path, InjectRequest request) {
    int status =
        client
            .send(client.request(path).GET().build(), HttpResponse.BodyHandlers.discarding())
            .statusCode();
    if (status == 401 || status == 403) {
      throw new PosternException(
          ErrorCode.LOGON_REFUSED,
          Place.of(request.endpoint())
              + " refuses the credential of '"
              + request.credential().username()
              + "' with status "
              + status
              + " on "
              + path
              + "; it was tried once");
    }
  }
}
