package io.postern.credential.aws;

import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Where the access key comes from that requests are signed with. May ask other machines, and so
 * runs on {@link Wire}'s threads only. Safe for use by several threads.
 */
interface AccessKeys extends AutoCloseable {
  /**
   * The key as of now.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException when there is none to be had
   */
  AwsCredentialsIdentity current(SdkHttpClient http, String region);

  @Override
  default void close() {}
}
