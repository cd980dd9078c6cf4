/** Credentials in AWS Secrets Manager; only the factory is public. */
package io.postern.credential.aws;
