package io.postern.credential.aws;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/**
 * The key of a role, assumed with another key and renewed by the SDK some minutes before it ends.
 *
 * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">AWS STS
 *     API Reference: AssumeRole</a>
 */
final class RoleKeys implements AccessKeys {
  /**
   * Which role and how.
   *
   * @param arn the role
   * @param externalId what the role's owner asks for, if anything
   * @param session how the session is called in CloudTrail
   * @param duration how long a key is good
   * @param endpoint where STS is, if not where the region has it
   */
  record Role(
      String arn,
      Optional<String> externalId,
      String session,
      Duration duration,
      Optional<URI> endpoint) {}

  private final Role role;
  private final AccessKeys base;
  private final InstantSource clock;
  private final Duration timeLimit;
  private @Nullable StsClient sts;
  private @Nullable StsAssumeRoleCredentialsProvider provider;
  private boolean closed;

  RoleKeys(Role role, AccessKeys base, InstantSource clock, Duration timeLimit) {
    this.role = role;
    this.base = base;
    this.clock = clock;
    this.timeLimit = timeLimit;
  }

  @Override
  public AwsCredentialsIdentity current(SdkHttpClient http, String region) {
    return provider(http, region).resolveCredentials();
  }

  private synchronized StsAssumeRoleCredentialsProvider provider(
      SdkHttpClient http, String region) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (provider == null) {
      StsClientBuilder builder =
          StsClient.builder()
              .httpClient(http)
              .region(Region.of(region))
              .credentialsProvider(new BytesScheme.Keys(base, http, region))
              .putAuthScheme(new BytesScheme(new Signature("sts", region), clock))
              .overrideConfiguration(
                  settings ->
                      settings
                          .apiCallTimeout(timeLimit)
                          .retryStrategy(AwsRetryStrategy.doNotRetry()));
      role.endpoint().ifPresent(builder::endpointOverride);
      StsClient made = builder.build();
      sts = made;
      provider =
          StsAssumeRoleCredentialsProvider.builder()
              .stsClient(made)
              .asyncCredentialUpdateEnabled(false)
              .refreshRequest(
                  ask ->
                      ask.roleArn(role.arn())
                          .roleSessionName(role.session())
                          .durationSeconds((int) role.duration().toSeconds())
                          .externalId(role.externalId().orElse(null)))
              .build();
    }
    return provider;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (provider != null) {
      provider.close();
    }
    if (sts != null) {
      sts.close();
    }
    base.close();
  }
}
