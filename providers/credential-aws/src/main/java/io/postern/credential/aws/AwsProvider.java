package io.postern.credential.aws;

import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Answers from one AWS Secrets Manager. */
final class AwsProvider implements CredentialProvider, RotatesCredentials {
  private final Wire wire;
  private final SecretsService service;
  private final Lender lender;
  private final Rotation rotation;
  private final Faults faults;
  private final InstantSource clock;

  AwsProvider(
      Wire wire,
      SecretsService service,
      Lender lender,
      Rotation rotation,
      Faults faults,
      InstantSource clock) {
    this.wire = wire;
    this.service = service;
    this.lender = lender;
    this.rotation = rotation;
    this.faults = faults;
    this.clock = clock;
  }

  /** Lists, which needs no secret to be there and none to be read. */
  @Override
  public Health health(HealthCheck check) {
    try {
      service.probe(until(check.deadline()));
      return Health.up(faults.place());
    } catch (ProviderException e) {
      String text = String.valueOf(e.getMessage());
      return Health.down(text.length() > 1_000 ? text.substring(0, 1_000) : text);
    }
  }

  @Override
  public List<FoundCredential> find(FindRequest request) {
    return lender.find(request, until(request.call().deadline()));
  }

  @Override
  public Lent resolve(ResolveRequest request) {
    return new Lent(
        lender.resolve(request, until(request.call().deadline())), LeaseTerms.unlimited());
  }

  /** The store keeps no lease, so there is nothing to give back and nothing to fail. */
  @Override
  public void release(ReleaseRequest request) {}

  @Override
  public void rotate(RotateRequest request) {
    rotation.rotate(request, until(request.call().deadline()));
  }

  @Override
  public void close() {
    wire.close();
  }

  private TimeLimit until(Instant deadline) {
    return new TimeLimit(deadline, clock);
  }

  /** Where the secrets are. */
  @Override
  public String toString() {
    return "AwsProvider[" + faults.place() + "]";
  }
}
