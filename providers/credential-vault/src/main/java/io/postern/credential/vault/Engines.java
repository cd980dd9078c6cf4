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
    all.add(new KvEngine(kv(settings), entries(settings, VaultSettings.KV_PATHS), vault, driver));
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

  private static KvSettings kv(Settings settings) {
    return new KvSettings(
        settings.get(VaultSettings.KV_MOUNT),
        settings.get(VaultSettings.KV_VERSION) == 2,
        KvSettings.kind(settings.get(VaultSettings.KV_KIND)),
        settings.get(VaultSettings.USERNAME_FIELD),
        settings.get(VaultSettings.PASSWORD_FIELD),
        settings.get(VaultSettings.PRIVATE_KEY_FIELD),
        settings.get(VaultSettings.PASSPHRASE_FIELD),
        settings.get(VaultSettings.TOKEN_FIELD),
        settings.get(VaultSettings.CERTIFICATE_FIELD),
        settings.get(VaultSettings.FIND_LIMIT),
        settings.get(VaultSettings.ROTATION_LENGTH));
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
