package io.postern.examples.quickstart;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.Settings;
import io.postern.spi.json.JsonBody;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.UUID;

/**
 * With -Dcredentials=vault: a secret in a HashiCorp Vault or OpenBao server, in a folder of its own
 * in the key-value engine, version 2, that is mounted at {@code secret}. Its custom metadata say
 * for which jump item it is.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2"
 */
final class VaultServer implements Vault {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int NO_CONTENT = 204;

  private final String address;
  private final String token;
  private final String folder = "postern-quickstart-" + UUID.randomUUID() + "/";
  private final String path = folder + "account";
  private boolean perhapsThere;
  private boolean versioned = true;

  /**
   * A server.
   *
   * @param token a String already where it comes from: the JVM's own properties
   */
  VaultServer(URI address, String token) {
    this.address = address.toString().replaceAll("/+$", "");
    this.token = token;
  }

  @Override
  public String description() {
    return "HashiCorp Vault or OpenBao at " + address;
  }

  @Override
  public String plugin() {
    return "vault";
  }

  @Override
  public Settings settings() {
    return Settings.with("address", address)
        .and("token", Secret.takeFrom(token.toCharArray()))
        .and("kv-paths", folder);
  }

  @Override
  public String put(Place place, Credential credential) {
    JsonBody metadata =
        JsonBody.create()
            .object(
                "custom_metadata",
                forWhom ->
                    forWhom
                        .text("postern-item", place.item().value())
                        .text("postern-username", credential.username())
                        .text("postern-kind", kind(credential)));
    call("POST", "metadata", metadata);
    JsonBody secret = JsonBody.create().object("data", data -> write(credential, data));
    if (call("POST", "data", secret) == NO_CONTENT) {
      // Version 2 says which version it made. To version 1 "data/..." is a path like any other.
      versioned = false;
      throw new PosternException(
          ErrorCode.CREDENTIAL_UNAVAILABLE,
          "the key-value engine mounted at 'secret' of Vault at "
              + address
              + " is version 1, which cannot say for whom a secret is; upgrade it with 'vault kv"
              + " enable-versioning secret', or name another server");
    }
    return "at secret/" + path + ", for this endpoint alone";
  }

  private static void write(Credential credential, JsonBody data) {
    data.text("username", credential.username());
    if (credential instanceof Credential.Password known) {
      data.secret("password", known.password());
    } else if (credential instanceof Credential.PrivateKey known) {
      data.secret("private_key", known.key());
      known.passphrase().ifPresent(passphrase -> data.secret("passphrase", passphrase));
    }
  }

  private static String kind(Credential credential) {
    return credential instanceof Credential.Password ? "password" : "private-key";
  }

  /** Every version of it, and what is known of it. */
  @Override
  public Optional<String> remove() {
    if (!perhapsThere) {
      return Optional.empty();
    }
    perhapsThere = false;
    try {
      if (!versioned) {
        call("DELETE", "data", JsonBody.create());
      }
      call("DELETE", "metadata", JsonBody.create());
    } catch (PosternException e) {
      throw new PosternException(
          e.code(),
          "secret/"
              + path
              + " may be in Vault still; take it out with 'vault "
              + (versioned ? "kv metadata delete secret/" : "delete secret/data/")
              + path
              + "'. The reason: "
              + e.getMessage(),
          e);
    }
    return Optional.of("keeps nothing: the secret is removed, with all its versions.");
  }

  @Override
  public void close() {
    remove();
  }

  /** Gives the status, which is one of success. */
  private int call(String method, String what, JsonBody body) {
    URI uri = URI.create(address + "/v1/secret/" + what + "/" + path);
    boolean first = !perhapsThere && method.equals("POST");
    try (body) {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("X-Vault-Request", "true"); // agents ask for it
      connection.setRequestProperty("X-Vault-Token", token);
      connection.setRequestProperty("Connection", "close"); // no thread waits to reuse it
      perhapsThere |= first;
      if (method.equals("POST")) {
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
          body.stream().transferTo(out);
        }
      }
      int status = connection.getResponseCode();
      if (status / 100 != 2) {
        perhapsThere &= !first;
        throw refused(status, method, uri);
      }
      return status;
    } catch (IOException e) {
      if (e instanceof ConnectException || e instanceof UnknownHostException) {
        perhapsThere &= !first; // It was never sent.
      }
      throw new PosternException(
          ErrorCode.CREDENTIAL_UNAVAILABLE,
          "Vault at "
              + address
              + " does not answer ("
              + e
              + "); see whether it runs and -Dvault.address is right",
          e);
    }
  }

  private static PosternException refused(int status, String method, URI uri) {
    String why =
        switch (status) {
          case 307, 308 -> "it is a standby; name the leader with -Dvault.address";
          case 400 -> "it does not understand the request; see whether this is a Vault";
          case 403 ->
              "it does not know the token of -Dvault.token, or does not let it do this; give one"
                  + " that may create, read, update, list and delete below secret/data and"
                  + " secret/metadata";
          case 404 ->
              "no key-value engine is mounted at 'secret'; mount one with 'vault secrets enable"
                  + " -path=secret kv-v2'";
          case 429 -> "it is asked too much; try again later";
          case 503 -> "it is sealed; unseal it";
          default -> "see its log, and whether -Dvault.address is right";
        };
    return new PosternException(
        status == 403 ? ErrorCode.CREDENTIAL_DENIED : ErrorCode.CREDENTIAL_UNAVAILABLE,
        "Vault answered " + status + " to " + method + " " + uri + ": " + why);
  }
}
