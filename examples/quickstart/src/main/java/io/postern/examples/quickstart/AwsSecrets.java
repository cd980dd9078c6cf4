package io.postern.examples.quickstart;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.Settings;
import io.postern.spi.json.JsonBody;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClientBuilder;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/**
 * With -Dcredentials=aws: a secret in AWS Secrets Manager, or an emulator of it. Its tags say for
 * which jump item it is. The access key is found as the AWS SDK finds it.
 */
final class AwsSecrets implements Vault {
  /** Emulators take any that looks like one. */
  private static final String ANY_KEY = "POSTERNQUICKSTART";

  /** What the service says when it is the access key that is not right. */
  private static final Set<String> DENIALS =
      Set.of(
          "AccessDeniedException",
          "ExpiredTokenException",
          "IncompleteSignature",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "MissingAuthenticationToken",
          "UnrecognizedClientException");

  private final Optional<URI> endpoint;
  private final String region;
  private final String name = "postern-quickstart-" + UUID.randomUUID();
  private boolean perhapsThere;

  AwsSecrets(Optional<URI> endpoint, String region) {
    this.endpoint = endpoint;
    this.region = region;
  }

  @Override
  public String description() {
    return "AWS Secrets Manager in "
        + region
        + endpoint.map(address -> ", or what plays it at " + address).orElse("");
  }

  @Override
  public String plugin() {
    return "aws";
  }

  @Override
  public Settings settings() {
    Settings settings = Settings.with("region", region).and("name-prefix", name);
    if (endpoint.isPresent()) {
      settings = settings.and("endpoint", endpoint.get());
    }
    if (playedWithoutKey()) {
      settings =
          settings
              .and("access-key-id", ANY_KEY)
              .and("secret-access-key", Secret.takeFrom(ANY_KEY.toCharArray()));
    }
    return settings;
  }

  @Override
  public String put(Place place, Credential credential) {
    boolean password = credential instanceof Credential.Password;
    try (JsonBody value = value(credential);
        SecretsManagerClient aws = client()) {
      knocks(aws);
      ByteBuffer json = value.written();
      byte[] taken = new byte[json.remaining()];
      json.get(taken);
      perhapsThere = true;
      try {
        aws.createSecret(
            create ->
                create
                    .name(name)
                    .secretBinary(SdkBytes.fromByteArrayUnsafe(taken))
                    .tags(
                        tag("postern:item", place.item().value()),
                        tag("postern:username", credential.username()),
                        tag("postern:kind", password ? "password" : "private-key")));
      } finally {
        Arrays.fill(taken, (byte) 0);
      }
    } catch (SdkException e) {
      throw failed("keep secret " + name, e);
    }
    return "as " + name + ", for this endpoint alone";
  }

  /** Changes nothing: where nobody answers, or says no, nothing has to be taken out again. */
  private void knocks(SecretsManagerClient aws) {
    try {
      aws.describeSecret(describe -> describe.secretId(name));
    } catch (ResourceNotFoundException e) {
      // As it should be.
    }
  }

  private static JsonBody value(Credential credential) {
    JsonBody value = JsonBody.create().text("username", credential.username());
    if (credential instanceof Credential.Password known) {
      value.secret("password", known.password());
    } else if (credential instanceof Credential.PrivateKey known) {
      value.secret("private_key", known.key());
      known.passphrase().ifPresent(passphrase -> value.secret("passphrase", passphrase));
    }
    return value;
  }

  /** For good: what is thrown away needs no time to be had back. */
  @Override
  public Optional<String> remove() {
    if (!perhapsThere) {
      return Optional.empty();
    }
    perhapsThere = false;
    try (SecretsManagerClient aws = client()) {
      aws.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true));
    } catch (SdkException e) {
      throw failed(
          "remove secret "
              + name
              + ", which may be there still (take it out with 'aws secretsmanager delete-secret"
              + " --force-delete-without-recovery --region "
              + region
              + " --secret-id "
              + name
              + "')",
          e);
    }
    return Optional.of("keeps nothing: the secret is removed, with all its versions.");
  }

  @Override
  public void close() {
    remove();
  }

  private SecretsManagerClient client() {
    SecretsManagerClientBuilder builder =
        SecretsManagerClient.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .region(Region.of(region));
    endpoint.ifPresent(builder::endpointOverride);
    if (playedWithoutKey()) {
      builder.credentialsProvider(
          StaticCredentialsProvider.create(AwsBasicCredentials.create(ANY_KEY, ANY_KEY)));
    }
    return builder.build();
  }

  private boolean playedWithoutKey() {
    return endpoint.isPresent()
        && System.getProperty("aws.accessKeyId") == null
        && System.getProperty("aws.profile") == null
        && System.getenv("AWS_ACCESS_KEY_ID") == null
        && System.getenv("AWS_PROFILE") == null;
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  static PosternException failed(String what, SdkException e) {
    String said = String.valueOf(e.getMessage());
    boolean keyless = said.startsWith("Unable to load credentials from any");
    boolean denied =
        e instanceof AwsServiceException refused
            && refused.awsErrorDetails() != null
            && DENIALS.contains(refused.awsErrorDetails().errorCode());
    String why = said + "; see whether it runs, and -Daws.endpoint and -Daws.region are right";
    if (keyless) { // The SDK says it in fifteen lines: how each of its ways failed.
      why =
          "no access key was found; name one as for the AWS CLI, such as with AWS_PROFILE, or with"
              + " -Daws.profile";
    } else if (denied) {
      why = said + "; see which access key is used, and what it may do";
    }
    return new PosternException(
        denied ? ErrorCode.CREDENTIAL_DENIED : ErrorCode.CREDENTIAL_UNAVAILABLE,
        "AWS does not " + what + ": " + why,
        e);
  }
}
