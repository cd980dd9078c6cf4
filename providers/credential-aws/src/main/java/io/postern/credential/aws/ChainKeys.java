package io.postern.credential.aws;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * The SDK's own ways to a key: a profile by name, else the default chain (system properties,
 * environment, web identity, profile, container, instance). Made at the first call: it reads files.
 */
final class ChainKeys implements AccessKeys {
  private final Optional<String> profile;
  private @Nullable DefaultCredentialsProvider chain;
  private @Nullable ProfileCredentialsProvider named;

  ChainKeys(Optional<String> profile) {
    this.profile = profile;
  }

  @Override
  public AwsCredentialsIdentity current(SdkHttpClient http, String region) {
    return profile.isPresent()
        ? named(profile.get()).resolveCredentials()
        : chain().resolveCredentials();
  }

  private synchronized ProfileCredentialsProvider named(String name) {
    if (named == null) {
      named = ProfileCredentialsProvider.create(name);
    }
    return named;
  }

  private synchronized DefaultCredentialsProvider chain() {
    if (chain == null) {
      // Not create(): that one is shared with whoever else uses the SDK in this class loader.
      chain = DefaultCredentialsProvider.builder().asyncCredentialUpdateEnabled(false).build();
    }
    return chain;
  }

  @Override
  public synchronized void close() {
    if (named != null) {
      named.close();
    }
    if (chain != null) {
      chain.close();
    }
  }
}
