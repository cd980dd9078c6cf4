package io.postern.credential.vault;

import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.LeaseTerms;
import java.util.ArrayList;
import java.util.List;

/** The engines that the settings name something of. */
final class Engines implements AutoCloseable {
  private final List<Engine> all;
  private final Faults faults;

  private Engines(List<Engine> all, Faults faults) {
    this.all = List.copyOf(all);
    this.faults = faults;
  }

  static Engines of(Settings settings, Vault vault, Driver driver, Leases leases) {
    List<Engine> all = new ArrayList<>();
    all.add(
        new KvEngine(
            KvSettings.of(settings),
            entries(settings, KvSettings.KV_PATHS),
            vault,
            driver,
            leases.clock()));
    String database = settings.get(VaultSettings.DATABASE_MOUNT);
    String ldap = settings.get(VaultSettings.LDAP_MOUNT);
    String ssh = settings.get(VaultSettings.SSH_MOUNT);
    all.add(
        new RoleEngine(
            RoleEngine.Kind.DATABASE,
            database,
            entries(settings, VaultSettings.DATABASE_ROLES),
            vault,
            driver,
            leases));
    all.add(
        new RoleEngine(
            RoleEngine.Kind.DATABASE_STATIC,
            database,
            entries(settings, VaultSettings.DATABASE_STATIC_ROLES),
            vault,
            driver,
            leases));
    all.add(
        new RoleEngine(
            RoleEngine.Kind.LDAP,
            ldap,
            entries(settings, VaultSettings.LDAP_ROLES),
            vault,
            driver,
            leases));
    all.add(
        new RoleEngine(
            RoleEngine.Kind.LDAP_STATIC,
            ldap,
            entries(settings, VaultSettings.LDAP_STATIC_ROLES),
            vault,
            driver,
            leases));
    all.add(
        new LibraryEngine(
            ldap, entries(settings, VaultSettings.LDAP_LIBRARIES), vault, driver, leases));
    all.add(
        SshEngine.oneTimePasswords(
            ssh, entries(settings, VaultSettings.SSH_OTP_ROLES), vault, driver, leases));
    all.add(
        SshEngine.signatures(
            ssh, entries(settings, VaultSettings.SSH_SIGN_ROLES), vault, driver, leases));
    return new Engines(all, vault.faults());
  }

  private static Entries entries(Settings settings, Setting<String> setting) {
    return VaultSettings.parsed(setting, settings, new ArrayList<>());
  }

  List<Engine> all() {
    return all;
  }

  /** The engine that a key belongs to. */
  Engine of(String key) {
    return all.stream()
        .filter(engine -> key.startsWith(engine.prefix() + ":"))
        .findFirst()
        .orElseThrow(() -> faults.notFound(key));
  }

  /** The part of a key behind its engine. */
  static String name(String key) {
    return key.substring(key.indexOf(':') + 1);
  }

  void renewed(LeaseTerms terms) {
    for (Engine engine : all) {
      if (engine instanceof LibraryEngine library) {
        library.renewed(terms);
      }
    }
  }

  /** Wipes what is kept of leases that are over. */
  void expire() {
    for (Engine engine : all) {
      if (engine instanceof LibraryEngine library) {
        library.expire();
      }
    }
  }

  void ended(String lease) {
    for (Engine engine : all) {
      if (engine instanceof LibraryEngine library) {
        library.ended(lease);
      }
    }
  }

  @Override
  public void close() {
    for (Engine engine : all) {
      if (engine instanceof LibraryEngine library) {
        library.close();
      }
    }
  }
}
