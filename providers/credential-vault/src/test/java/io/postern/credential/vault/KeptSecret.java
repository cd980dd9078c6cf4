package io.postern.credential.vault;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A secret of a key-value engine of version 2 that can be read and written, with check-and-set as
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#create-update-secret has it.
 */
final class KeptSecret {
  private static final Pattern WRITE =
      Pattern.compile("\\{\"options\":\\{\"cas\":(\\d+)},\"data\":(.*)}", Pattern.DOTALL);

  private static final Pattern PASSWORD = Pattern.compile("\"password\":\\s*\"([^\"]*)\"");

  private final String custom;
  private String data = "{}";
  private int version = 1;
  private Runnable before = () -> {};
  private Runnable after = () -> {};

  KeptSecret(TestVault vault, String path, String custom) {
    this.custom = custom;
    vault.live("/v1/secret/data/" + path, this::answer);
  }

  /** Somebody writes it by hand. */
  synchronized void holds(String content) {
    data = content;
    version++;
  }

  /** What happens when the next write is on its way. */
  synchronized void beforeWrite(Runnable something) {
    before = something;
  }

  /** What happens when the next write was done. */
  synchronized void afterWrite(Runnable something) {
    after = something;
  }

  synchronized String data() {
    return data;
  }

  /** The password it holds, one of letters and digits. */
  synchronized String password() {
    Matcher matcher = PASSWORD.matcher(data);
    return matcher.find() ? matcher.group(1) : "";
  }

  synchronized int version() {
    return version;
  }

  private synchronized ResponseDefinition answer(Request request) {
    if (request.getMethod().getName().equals("GET")) {
      return json(200, KvTest.secret(data, custom, version));
    }
    Runnable now = before;
    before = () -> {};
    now.run();
    Matcher matcher = WRITE.matcher(request.getBodyAsString());
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) != version) {
      return json(
          400, "{\"errors\": [\"check-and-set parameter did not match the current version\"]}");
    }
    data = matcher.group(2);
    int written = ++version;
    Runnable then = after;
    after = () -> {};
    then.run();
    return json(
        200,
        "{\"data\": {\"created_time\": \"2018-03-22T02:36:43.986212308Z\", \"custom_metadata\":"
            + " null, \"deletion_time\": \"\", \"destroyed\": false, \"version\": "
            + written
            + "}}");
  }

  static ResponseDefinition json(int status, String body) {
    return ResponseDefinitionBuilder.responseDefinition()
        .withStatus(status)
        .withHeader("Content-Type", "application/json")
        .withBody(body)
        .build();
  }
}
