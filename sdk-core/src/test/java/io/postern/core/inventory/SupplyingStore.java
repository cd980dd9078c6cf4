package io.postern.core.inventory;

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
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.inventory.Inventory;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store of secrets that knows the items that they are for, and has no secret. */
final class SupplyingStore implements CredentialProviderFactory {
  final List<Instant> deadlines = new CopyOnWriteArrayList<>();
  private final Inventory inventory;

  SupplyingStore(Inventory inventory) {
    this.inventory = inventory;
  }

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("supplying", "1");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    return new Instance();
  }

  private final class Instance implements CredentialProvider, Inventory {
    @Override
    public InventoryPage items(InventoryRequest request) {
      deadlines.add(request.deadline());
      return inventory.items(request);
    }

    @Override
    public List<FoundCredential> find(FindRequest request) {
      return List.of();
    }

    @Override
    public Lent resolve(ResolveRequest request) {
      throw new IllegalStateException("it has found none");
    }

    @Override
    public void release(ReleaseRequest request) {
      throw new IllegalStateException("it has lent none");
    }

    @Override
    public Health health(HealthCheck check) {
      return Health.up("here");
    }

    @Override
    public void close() {}
  }
}
