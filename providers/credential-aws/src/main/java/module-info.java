import io.postern.credential.aws.AwsProviderFactory;
import io.postern.spi.credential.CredentialProviderFactory;
import org.jspecify.annotations.NullMarked;

/**
 * A credential provider for AWS Secrets Manager. Hosts configure it by the name {@code aws}.
 *
 * <p>The SDK's jars have no module descriptors of their own.
 */
@NullMarked
module io.postern.credential.aws {
  requires transitive io.postern;
  requires org.slf4j;
  requires static org.jspecify;
  requires software.amazon.awssdk.auth;
  requires software.amazon.awssdk.awscore;
  requires software.amazon.awssdk.core;
  requires software.amazon.awssdk.http;
  requires software.amazon.awssdk.http.auth.aws;
  requires software.amazon.awssdk.http.auth.spi;
  requires software.amazon.awssdk.http.urlconnection;
  requires software.amazon.awssdk.identity.spi;
  requires software.amazon.awssdk.regions;
  requires software.amazon.awssdk.services.sts;

  exports io.postern.credential.aws;

  provides CredentialProviderFactory with
      AwsProviderFactory;
}
