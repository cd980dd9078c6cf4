package io.postern.credential.aws;

import io.postern.credential.Secret;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/**
 * An access key given as a setting. The SDK's own type holds the secret half as a String for as
 * long as it lives; this one holds it as a {@link Secret}, and only {@link Signature} reads it.
 *
 * @param accessKeyId the half that is no secret
 * @param secret the other half; belongs to the settings
 */
record GuardedKey(String accessKeyId, Secret secret) implements AwsCredentials {
  /** Never: only {@link Signature} signs here, and it reads the bytes. */
  @Override
  public String secretAccessKey() {
    throw new UnsupportedOperationException("the secret half of this access key is no text");
  }

  @Override
  public String toString() {
    return "GuardedKey[" + accessKeyId + "]";
  }
}
