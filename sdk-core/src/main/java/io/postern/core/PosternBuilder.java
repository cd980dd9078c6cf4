package io.postern.core;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.core.credential.CandidateTimes;
import io.postern.core.credential.ManagerConfiguration;
import io.postern.core.inventory.InventoryModule.Source;
import io.postern.credential.CredentialLimits;
import io.postern.jump.JumpItem;
import io.postern.spi.Settings;
import io.postern.spi.alarm.AlarmListener;
import io.postern.spi.connector.ConnectorFactory;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.event.EventListener;
import io.postern.spi.inventory.Inventory;
import io.postern.spi.notifier.Notifier;
import io.postern.text.Text;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
  private final Configurations configurations = new Configurations();
  private CredentialLimits credentialLimits = CredentialLimits.standard();
  private @Nullable PersonDirectory people;
  private @Nullable DataSource dataSource;
  private boolean unsafeDatabase;
  private Path dataFolder = Path.of("postern");
  private @Nullable Path recordings;
  private @Nullable Notifier notifier;
  private @Nullable PasswordChanger passwordChanger;
  private @Nullable AlarmListener alarmListener;
  private final Map<String, EventListener> eventListeners = new LinkedHashMap<>();
  private CandidateTimes candidateTimes = CandidateTimes.standard();
  private InstantSource clock = Clock.systemUTC();
  private PluginSources pluginSources = PluginSources.besideThisLibrary();
  private boolean built;

  private PosternBuilder() {}

  /** A builder of which nothing is said yet; {@link #people} must be, before {@link #build}. */
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
    configurations.connector(name, settings, Optional.empty());
    return this;
  }

  /** Has items reached by a connector that is given by hand; its identity names the method. */
  public PosternBuilder connector(ConnectorFactory factory, Settings settings) {
    configurations.connector("", settings, Optional.of(factory));
    return this;
  }

  /**
   * Adds a credential manager: one member for each settings, such as three nodes of one store (rule
   * ECM-8). Calls go to the member that has been connected the longest; when it is lost, the next
   * one takes over. {@link #credentialLimits} says how many there may be.
   *
   * @param name what it is called here; stands in the id of each of its credentials
   * @param provider the plug-in's name, such as {@code encrypted-file}
   */
  public PosternBuilder credentialManager(
      String name, String provider, Settings first, Settings... more) {
    configurations.manager(
        members -> ManagerConfiguration.of(name, provider, members), first, more);
    return this;
  }

  /** Adds a credential manager whose plug-in is given by hand. */
  public PosternBuilder credentialManager(
      String name, CredentialProviderFactory factory, Settings first, Settings... more) {
    configurations.manager(
        members -> ManagerConfiguration.byHand(name, factory, members), first, more);
    return this;
  }

  /**
   * How long and how often credential managers are called, and how many members one may have;
   * {@link CredentialLimits#standard} by default.
   */
  public PosternBuilder credentialLimits(CredentialLimits limits) {
    credentialLimits = requireNonNull(limits, "limits");
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
      String name, Inventory inventory, Duration every, UnaryOperator<JumpItem.Builder> placing) {
    configurations.inventory(managers -> new Source(name, inventory, every, placing));
    return this;
  }

  /**
   * Has the catalog follow the inventory that a credential manager has beside its credentials; its
   * plug-in implements {@link Inventory}. The inventory's name is the manager's.
   */
  public PosternBuilder inventoryOf(
      String credentialManager, Duration every, UnaryOperator<JumpItem.Builder> placing) {
    configurations.inventory(
        managers ->
            new Source(credentialManager, managers.inventory(credentialManager), every, placing));
    return this;
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

  /** Is told of what a person must look at, such as a credential that cannot be given back. */
  public PosternBuilder alarmListener(AlarmListener listener) {
    alarmListener = requireNonNull(listener, "alarmListener");
    return this;
  }

  /**
   * Is told of everything that is done or refused, as the audit trail has it, at least once and in
   * order (rule SES-15). There may be several.
   *
   * @param name by which the store knows how far it has come, 1 to 40 characters. Under a name that
   *     the store knows a listener goes on from there, whatever was called so before; under a new
   *     one it begins now, or with the first entry where it says so
   * @throws IllegalArgumentException when the name is none, or another listener has it
   */
  public PosternBuilder eventListener(String name, EventListener listener) {
    String canonical = Text.id(name, "event listener name");
    if (canonical.length() > 40) {
      throw new IllegalArgumentException("event listener name must have at most 40 characters");
    }
    if (eventListeners.putIfAbsent(canonical, requireNonNull(listener, "listener")) != null) {
      throw new IllegalArgumentException(
          "two event listeners are named '" + canonical + "'; give each its own name");
    }
    return this;
  }

  /**
   * How long Postern remembers which credentials managers have for a person and an item, never a
   * secret (rule ECM-10). When it is told nothing: 30 seconds, 5 for an answer that there is none,
   * and 15 minutes.
   *
   * @param fresh how long a manager is not asked anew; nothing to ask each time, at most 10 minutes
   * @param stale how old an answer is shown at most, marked as such, while the manager fails; not
   *     shorter than {@code fresh}, at most a day
   * @throws IllegalArgumentException when one is out of its range
   */
  public PosternBuilder rememberCandidates(Duration fresh, Duration stale) {
    candidateTimes = new CandidateTimes(fresh, stale);
    return this;
  }

  /** The one clock; the system's by default. */
  public PosternBuilder clock(InstantSource source) {
    clock = requireNonNull(source, "clock");
    return this;
  }

  /**
   * Also looks for plug-ins in the sub-folders of a folder: each is one plug-in, called as the
   * plug-in is, with its jars. Each gets a class loader of its own; of the host it sees the
   * platform, Postern's API and SLF4J. Nothing of it runs unless a configuration names it (rule
   * ECM-1).
   *
   * @param folder such as {@code plugins}; must exist
   * @param trust lists every file that may be loaded, in the format of {@code sha256sum}: {@code cd
   *     plugins && sha256sum *\/*.jar >> trust}; read at each start. What is not listed, was
   *     changed or is missing is refused with PLUGIN_UNTRUSTED, naming the lines to add (rule
   *     ECM-2). A file that is not there trusts nothing, and neither does one that somebody else
   *     than root and this process's user may change or replace
   */
  public PosternBuilder pluginFolder(Path folder, Path trust) {
    pluginSources =
        pluginSources.in(
            requireNonNull(folder, "folder"), Optional.of(requireNonNull(trust, "trust file")));
    return this;
  }

  /**
   * The same without a trust file: whatever jar lies in the folder under a configured name runs as
   * the host's own code does. For development; or where nobody but the host's installer can write
   * there. Files that somebody else than root and this process's user may change or replace are
   * refused with PLUGIN_UNTRUSTED, where the file system says whose they are.
   */
  public PosternBuilder pluginFolderTrustingAll(Path folder) {
    pluginSources = pluginSources.in(requireNonNull(folder, "folder"), Optional.empty());
    return this;
  }

  /**
   * Where plug-ins are looked for beside the plug-in folder; the class loader of this library by
   * default.
   */
  public PosternBuilder pluginLoader(ClassLoader loader) {
    pluginSources = pluginSources.on(requireNonNull(loader, "pluginLoader"));
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
   *     STORE_SCHEMA, PLUGIN_UNKNOWN, PLUGIN_DUPLICATE, PLUGIN_UNTRUSTED, PLUGIN_FAILED
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
            configurations,
            credentialLimits,
            Optional.ofNullable(notifier),
            Optional.ofNullable(passwordChanger),
            Optional.ofNullable(alarmListener),
            eventListeners,
            candidateTimes,
            clock,
            pluginSources.open())
        .open();
  }
}
