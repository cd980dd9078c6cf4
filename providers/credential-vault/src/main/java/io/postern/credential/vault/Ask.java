package io.postern.credential.vault;

import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request to Vault's HTTP API.
 *
 * @param method as in HTTP
 * @param target below {@code /v1/}, encoded, with its query
 * @param body JSON, or nothing; wiped by whoever made it
 * @param acts whether Vault does something for it, such as making an account; what only reads may
 *     be asked again
 * @param tolerated statuses that are an answer to this and no failure
 * @param what what is being done, for the texts of failures: "reading credential 'x'"
 */
record Ask(
    String method,
    String target,
    @Nullable ByteBuffer body,
    boolean acts,
    Set<Integer> tolerated,
    String what) {

  /** Reads, and changes nothing. */
  static Ask reading(String path, String what) {
    return new Ask("GET", Paths.encoded(path), null, false, Set.of(), what);
  }

  /** Reads, and makes Vault do something thereby. */
  static Ask drawing(String path, String what) {
    return new Ask("GET", Paths.encoded(path), null, true, Set.of(), what);
  }

  static Ask posting(String path, ByteBuffer body, String what) {
    return new Ask("POST", Paths.encoded(path), body, true, Set.of(), what);
  }

  /** The same with a query, encoded. */
  Ask with(String query) {
    return new Ask(method, target + "?" + query, body, acts, tolerated, what);
  }

  /** The same, taking these statuses for answers. */
  Ask tolerating(Integer... statuses) {
    return new Ask(method, target, body, acts, Set.of(statuses), what);
  }

  /** The same, known to change nothing. */
  Ask harmless() {
    return new Ask(method, target, body, false, tolerated, what);
  }

  @Override
  public String toString() {
    return method + " " + target;
  }
}
