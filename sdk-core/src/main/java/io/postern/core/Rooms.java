package io.postern.core;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.OptionalBinder;
import io.postern.core.approval.ApprovalModule;
import io.postern.core.audit.AuditModule;
import io.postern.core.connector.ConfiguredConnectors;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.CredentialManagers;
import io.postern.core.credential.CredentialModule;
import io.postern.core.inventory.InventoryModule;
import io.postern.core.inventory.InventoryModule.Source;
import io.postern.core.jump.JumpModule;
import io.postern.core.notice.NoticeModule;
import io.postern.core.person.PersonModule;
import io.postern.core.recording.RecordingModule;
import io.postern.core.recording.RecordingSettings;
import io.postern.core.session.SessionModule;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.sweep.SweepModule;
import io.postern.core.tool.ToolModule;
import io.postern.spi.alarm.AlarmListener;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.notifier.Notifier;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;

/** All rooms, on a ground that is open. */
final class Rooms extends AbstractModule {
  private final Ground ground;
  private final Database database;
  private final ConfiguredConnectors connectors;
  private final CredentialManagers managers;
  private final List<Source> inventories;

  Rooms(
      Ground ground,
      Database database,
      ConfiguredConnectors connectors,
      CredentialManagers managers,
      List<Source> inventories) {
    this.ground = ground;
    this.database = database;
    this.connectors = connectors;
    this.managers = managers;
    this.inventories = inventories;
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    binder().requireAtInjectOnConstructors();
    binder().requireExactBindingAnnotations();
    binder().disableCircularProxies();
    bind(InstantSource.class).toInstance(ground.clock());
    // Made here: on the module path Guice would call its public constructor from a class of its
    // own,
    // which may not see this package.
    bind(Ids.class).toInstance(new Ids(ground.clock()));
    bind(PersonDirectory.class).toInstance(ground.people().orElseThrow());
    bind(CredentialManagers.class).toInstance(managers);
    bind(RecordingSettings.class).toInstance(new RecordingSettings(ground.recordings()));
    OptionalBinder<Notifier> notifier = OptionalBinder.newOptionalBinder(binder(), Notifier.class);
    ground.notifier().ifPresent(given -> notifier.setBinding().toInstance(given));
    OptionalBinder<PasswordChanger> changer =
        OptionalBinder.newOptionalBinder(binder(), PasswordChanger.class);
    ground.passwordChanger().ifPresent(given -> changer.setBinding().toInstance(given));
    OptionalBinder<AlarmListener> alarms =
        OptionalBinder.newOptionalBinder(binder(), AlarmListener.class);
    ground.alarmListener().ifPresent(given -> alarms.setBinding().toInstance(given));
    bind(Database.class).toInstance(database);
    bind(Connectors.class).toInstance(connectors);
    install(new PersonModule());
    install(new AuditModule());
    install(new NoticeModule(ground.eventListeners()));
    install(new SweepModule());
    install(new JumpModule());
    install(new InventoryModule(inventories));
    install(new CredentialModule(ground.candidateTimes()));
    install(new RecordingModule());
    install(new ToolModule());
    install(new ApprovalModule());
    install(new SessionModule());
    bind(PosternDoor.class).in(Singleton.class);
  }
}
