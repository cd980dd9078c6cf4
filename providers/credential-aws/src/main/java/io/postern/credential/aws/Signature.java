package io.postern.credential.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * AWS Signature Version 4 for requests whose parameters are all in the body, with a key that is
 * read from bytes: the SDK's signer takes none but a String. Immutable.
 *
 * @param service what AWS calls the service, such as {@code secretsmanager}
 * @param region its region
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">AWS
 *     IAM User Guide: create a signed request</a>
 */
record Signature(String service, String region) {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** The same request with the headers that sign it. Reads the payload to its end. */
  SdkHttpRequest sign(
      SdkHttpRequest request, InputStream payload, AwsCredentialsIdentity identity, Instant now) {
    String time = TIME.format(now);
    SdkHttpRequest.Builder signed = request.toBuilder();
    signed.putHeader("Host", host(request)).putHeader("X-Amz-Date", time);
    if (identity instanceof AwsSessionCredentialsIdentity session) {
      signed.putHeader("X-Amz-Security-Token", session.sessionToken());
    }
    Map<String, String> headers = toSign(signed.headers());
    String names = String.join(";", headers.keySet());
    StringBuilder canonical = new StringBuilder();
    canonical.append(request.method()).append('\n').append(path(request)).append("\n\n");
    headers.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
    canonical.append('\n').append(names).append('\n').append(hash(payload));

    String scope = time.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
    String toSign = ALGORITHM + "\n" + time + "\n" + scope + "\n" + hex(canonical.toString());
    byte[] key = Hmac.wipingKey(first(identity), time.substring(0, 8));
    key = Hmac.wipingKey(key, region);
    key = Hmac.wipingKey(key, service);
    key = Hmac.wipingKey(key, "aws4_request");
    String code = HexFormat.of().formatHex(Hmac.wipingKey(key, toSign));
    String authorization =
        "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(ALGORITHM, identity.accessKeyId(), scope, names, code);
    return signed.putHeader("Authorization", authorization).build();
  }

  /** "AWS4" and the secret half. */
  private static byte[] first(AwsCredentialsIdentity identity) {
    if (identity instanceof GuardedKey guarded) {
      return guarded
          .secret()
          .use(
              bytes -> {
                byte[] first = prefixed(bytes.remaining());
                bytes.get(first, 4, bytes.remaining());
                return first;
              });
    }
    byte[] given = identity.secretAccessKey().getBytes(UTF_8);
    byte[] first = prefixed(given.length);
    System.arraycopy(given, 0, first, 4, given.length);
    Arrays.fill(given, (byte) 0);
    return first;
  }

  private static byte[] prefixed(int length) {
    byte[] prefixed = new byte[4 + length];
    System.arraycopy("AWS4".getBytes(UTF_8), 0, prefixed, 0, 4);
    return prefixed;
  }

  private static Map<String, String> toSign(Map<String, List<String>> all) {
    Map<String, String> chosen = new TreeMap<>();
    all.forEach(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.equals("host") || lower.equals("content-type") || lower.startsWith("x-amz-")) {
            chosen.put(lower, String.join(",", values).strip());
          }
        });
    return chosen;
  }

  private static String path(SdkHttpRequest request) {
    return request.encodedPath().isEmpty() ? "/" : request.encodedPath();
  }

  private static String host(SdkHttpRequest request) {
    int usual = request.protocol().equals("https") ? 443 : 80;
    return request.port() == usual ? request.host() : request.host() + ":" + request.port();
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(Hmac.sha256().digest(text.getBytes(UTF_8)));
  }

  private static String hash(InputStream payload) {
    MessageDigest hash = Hmac.sha256();
    byte[] chunk = new byte[8_192];
    try (payload) {
      for (int count = payload.read(chunk); count >= 0; count = payload.read(chunk)) {
        hash.update(chunk, 0, count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Arrays.fill(chunk, (byte) 0);
    }
    return HexFormat.of().formatHex(hash.digest());
  }
}
