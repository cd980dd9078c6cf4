package io.postern.examples.quickstart;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
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

  private final URI address;
  private final String token;
  private final String path = "postern-quickstart-" + UUID.randomUUID() + "/account";

  /**
   * @param token a String already where it comes from: the JVM's own properties
   */
  VaultServer(URI address, String token) {
    this.address = address;
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
        .and("kv-paths", path.substring(0, path.lastIndexOf('/') + 1));
  }

  @Override
  public String put(Place place, Credential credential) {
    Json forWhom =
        new Json()
            .text("postern-item", place.item().value())
            .text("postern-username", credential.username())
            .text("postern-kind", kind(credential));
    call("POST", "metadata", new Json().object("custom_metadata", forWhom));
    Json data = new Json().text("username", credential.username());
    if (credential instanceof Credential.Password known) {
      data.secret("password", known.password());
    } else if (credential instanceof Credential.PrivateKey known) {
      data.secret("private_key", known.key());
      known.passphrase().ifPresent(passphrase -> data.secret("passphrase", passphrase));
    }
    call("POST", "data", new Json().object("data", data));
    return "at secret/" + path + ", for this endpoint";
  }

  private static String kind(Credential credential) {
    return credential instanceof Credential.Password ? "password" : "private-key";
  }

  /** Every version of it, and what is known of it. */
  @Override
  public void close() {
    call("DELETE", "metadata", new Json());
  }

  private void call(String method, String what, Json body) {
    URI uri = address.resolve("/v1/secret/" + what + "/" + path);
    try (body) {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("X-Vault-Token", token);
      connection.setRequestProperty("Connection", "close"); // no thread waits to reuse it
      if (method.equals("POST")) {
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
          body.writeTo(out);
        }
      }
      int status = connection.getResponseCode();
      if (status / 100 != 2) {
        throw refused(status, method, uri);
      }
    } catch (IOException e) {
      throw new PosternException(
          ErrorCode.CREDENTIAL_UNAVAILABLE,
          "Vault at "
              + address
              + " does not answer ("
              + e
              + "); see whether -Dvault.address is right",
          e);
    }
  }

  private static PosternException refused(int status, String method, URI uri) {
    String why =
        switch (status) {
          case 403 -> "the token of -Dvault.token may not do this";
          case 404 -> "there is no key-value engine, version 2, mounted at 'secret'";
          case 503 -> "it is sealed";
          default -> "it refuses";
        };
    return new PosternException(
        status == 403 ? ErrorCode.CREDENTIAL_DENIED : ErrorCode.CREDENTIAL_UNAVAILABLE,
        "Vault answered " + status + " to " + method + " " + uri + ": " + why);
  }
}
