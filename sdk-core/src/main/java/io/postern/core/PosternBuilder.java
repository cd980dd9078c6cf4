package io.postern.core;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.core.connector.ConnectorConfiguration;
import io.postern.core.credential.CredentialManagers;
import io.postern.core.credential.ManagerConfiguration;
import io.postern.core.inventory.InventoryModule.Source;
import io.postern.jump.JumpItem;
import io.postern.spi.Settings;
import io.postern.spi.connector.ConnectorFactory;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.notifier.Notifier;
import java.nio.file.Path;
import io.postern.spi.inventory.Inventory;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link Postern} together. Only {@link #people} must be given; nothing that lies on the
 * class path runs unless it is named here.
 *
 * <p>Not safe for use by several threads; good for one {@link #build}. Secrets in settings belong
 * to Postern from then on.
 */
public final class PosternBuilder {
  private final List<ConnectorConfiguration> connectors = new ArrayList<>();
  private final List<ManagerConfiguration> managers = new ArrayList<>();
  private final List<Function<CredentialManagers, Source>> inventories = new ArrayList<>();
  private @Nullable PersonDirectory people;
  private @Nullable DataSource dataSource;
  private boolean unsafeDatabase;
  private Path dataFolder = Path.of("postern");
  private @Nullable Path recordings;
  private @Nullable Notifier notifier;
  private @Nullable PasswordChanger passwordChanger;
  private InstantSource clock = Clock.systemUTC();
  private @Nullable ClassLoader pluginLoader;
  private boolean built;

  private PosternBuilder() {}

  public static PosternBuilder create() {
    return new PosternBuilder();
  }

  /** The host's people. Required. */
  public PosternBuilder people(PersonDirectory directoryOfPeople) {
    people = requireNonNull(directoryOfPeople, "people");
    return this;
  }

  /**
   * Keeps the store in a PostgreSQL database, for one process or many. It stays the host's: {@link
   * Postern#close} does not close it. A pool of a few connections for each core is enough. Needs
   * {@code org.postgresql:postgresql}.
   */
  public PosternBuilder dataSource(DataSource source) {
    dataSource = requireNonNull(source, "dataSource");
    return this;
  }

  /**
   * Goes on, with a warning, on a database server that would lose acknowledged changes in a crash.
   */
  public PosternBuilder allowUnsafeDatabase() {
    unsafeDatabase = true;
    return this;
  }

  /**
   * Where the embedded store lies, when no data source is given, and the recordings, when nothing
   * else is said; {@code postern} in the working directory by default. Made when it is missing. The
   * embedded store needs {@code org.xerial:sqlite-jdbc} and serves one process.
   */
  public PosternBuilder dataFolder(Path path) {
    dataFolder = requireNonNull(path, "data folder");
    return this;
  }

  /**
   * Where recordings are kept; best on a disk of its own. {@code recordings} in the data folder by
   * default.
   */
  public PosternBuilder recordings(Path path) {
    recordings = requireNonNull(path, "recordings");
    return this;
  }

  /**
   * Has items of method {@code name} reached by the connector plug-in of that name, with its
   * default settings.
   */
  public PosternBuilder connector(String name) {
    return connector(name, Settings.none());
  }

  /** Has items of method {@code name} reached by the connector plug-in of that name. */
  public PosternBuilder connector(String name, Settings settings) {
    connectors.add(
        taken(settings, () -> new ConnectorConfiguration(name, settings, Optional.empty())));
    return this;
  }

  /** Has items reached by a connector that is given by hand; its identity names the method. */
  public PosternBuilder connector(ConnectorFactory factory, Settings settings) {
    connectors.add(
        taken(settings, () -> new ConnectorConfiguration("", settings, Optional.of(factory))));
    return this;
  }

  /**
   * Adds a credential manager.
   *
   * @param name what it is called here; stands in the id of each of its credentials
   * @param provider the plug-in's name, such as {@code encrypted-file}
   */
  public PosternBuilder credentialManager(String name, String provider, Settings settings) {
    managers.add(taken(settings, () -> ManagerConfiguration.of(name, provider, settings)));
    return this;
  }

  /** Adds a credential manager whose plug-in is given by hand. */
  public PosternBuilder credentialManager(
      String name, CredentialProviderFactory factory, Settings settings) {
    managers.add(taken(settings, () -> ManagerConfiguration.byHand(name, factory, settings)));
    return this;
  }

  /**
   * Has the catalog follow an inventory (rule CAT-10): its items are added, changed and removed as
   * it says, asked every five minutes. See {@link #inventory(String, Inventory, Duration,
   * UnaryOperator)}.
   */
  public PosternBuilder inventory(
      String name, Inventory inventory, UnaryOperator<JumpItem.Builder> placing) {
    return inventory(name, inventory, Duration.ofMinutes(5), placing);
  }

  /**
   * Has the catalog follow an inventory. Nobody edits its items by hand; while it does not answer
   * they stay as they were, and what it names no more goes offline and is removed once nothing uses
   * it.
   *
   * @param name what it is called here, 1 to 40 characters; the id of an item is this, a colon, and
   *     the inventory's own key
   * @param inventory closed by the host, after Postern
   * @param every how long after an answer it is asked again, 1 second to 1 day
   * @param placing puts an item, as the inventory describes it, into a group and under policies,
   *     such as {@code item -> item.in(group).terms(policy).allowing(tools)}; called on a thread of
   *     Postern's, quick, and without input or output
   */
  public PosternBuilder inventory(
      String name,
      Inventory inventory,
      Duration every,
      UnaryOperator<JumpItem.Builder> placing) {
    inventories.add(managers -> new Source(name, inventory, every, placing));
    return this;
  }

  /**
   * Has the catalog follow the inventory that a credential manager has beside its credentials; its
   * plug-in implements {@link Inventory}. The inventory's name is the manager's.
   */
  public PosternBuilder inventoryOf(
      String credentialManager, Duration every, UnaryOperator<JumpItem.Builder> placing) {
    inventories.add(
        managers ->
            new Source(
                credentialManager, managers.inventory(credentialManager), every, placing));
    return this;
  }

  /** The secrets are Postern's from here on, also where a name is refused. */
  private static <T> T taken(Settings settings, Supplier<T> configuration) {
    try {
      return configuration.get();
    } catch (RuntimeException e) {
      settings.closeSecrets();
      throw e;
    }
  }

  /**
   * Has notices brought to people outside the host's own pages. Needed for approvers known only by
   * e-mail.
   */
  public PosternBuilder notifier(Notifier hostNotifier) {
    notifier = requireNonNull(hostNotifier, "notifier");
    return this;
  }

  /**
   * Changes passwords at endpoints, for credential managers that only keep them. Needed for them to
   * rotate.
   */
  public PosternBuilder passwordChanger(PasswordChanger changer) {
    passwordChanger = requireNonNull(changer, "passwordChanger");
    return this;
  }

  /** The one clock; the system's by default. */
  public PosternBuilder clock(InstantSource source) {
    clock = requireNonNull(source, "clock");
    return this;
  }

  /** Where plug-ins are looked for; the class loader of this library by default. */
  public PosternBuilder pluginLoader(ClassLoader loader) {
    pluginLoader = requireNonNull(loader, "pluginLoader");
    return this;
  }

  /**
   * Opens the store, checks and makes the plug-ins, and starts. Blocks for the store. When it
   * throws, everything that was opened is closed again, and every secret in the settings. A builder
   * builds once, also when that fails.
   *
   * @throws PosternException SETTINGS_INVALID with all faults of people and plug-ins, also of those
   *     that are unknown, too many or broken where that is not all; ILLEGAL_CHANGE when it was
   *     called before; STORE_UNAVAILABLE, STORE_UNSAFE, STORE_DRIVER_MISSING, STORE_IN_USE,
   *     STORE_SCHEMA, PLUGIN_UNKNOWN, PLUGIN_DUPLICATE, PLUGIN_FAILED
   */
  public Postern build() {
    if (built) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "this builder has built already, and its secrets went with that; make another one");
    }
    built = true;
    return new Ground(
            Optional.ofNullable(people),
            Optional.ofNullable(dataSource),
            unsafeDatabase,
            dataFolder,
            recordings == null ? dataFolder.resolve("recordings") : recordings,
            List.copyOf(connectors),
            List.copyOf(managers),
            List.copyOf(inventories),
            Optional.ofNullable(notifier),
            Optional.ofNullable(passwordChanger),
            clock,
            pluginLoader == null
                ? requireNonNull(PosternBuilder.class.getClassLoader())
                : pluginLoader)
        .open();
  }
}
