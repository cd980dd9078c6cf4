package io.postern.benchmarks;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A store with one credential for every item, whose calls each take the same time. */
public final class SlowVault
    implements CredentialProvider, RotatesCredentials, CredentialProviderFactory {
  private final long nanos;

  public SlowVault(Duration perCall) {
    this.nanos = perCall.toNanos();
  }

  private void answer() {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public List<FoundCredential> find(FindRequest request) {
    answer();
    return List.of(FoundCredential.of("app", "app", CredentialKind.PASSWORD, Precedence.ITEM));
  }

  @Override
  public Lent resolve(ResolveRequest request) {
    answer();
    return new Lent(
        Credential.password("app", Secret.takeFrom(new byte[24])), LeaseTerms.unlimited());
  }

  @Override
  public void release(ReleaseRequest request) {
    answer();
  }

  @Override
  public void rotate(RotateRequest request) {
    answer();
  }

  @Override
  public Health health(HealthCheck check) {
    return Health.up("slow");
  }

  @Override
  public void close() {}

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("slow", "1");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    return this;
  }
}
