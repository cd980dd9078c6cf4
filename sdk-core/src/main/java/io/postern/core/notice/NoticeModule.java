package io.postern.core.notice;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import io.postern.core.sweep.Sweep;
import io.postern.spi.event.EventListener;
import io.postern.spi.notifier.Notifier;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Notices, and the host's event listeners. Exposes {@link Notices} to the rooms, {@link Inboxes} to
 * the door; contributes a {@link Sweep} that delivers notices and one that tells listeners. Needs
 * {@link io.postern.core.store.Database}, {@link io.postern.core.store.Ids}, {@link
 * io.postern.core.audit.AuditReader}, {@link io.postern.core.person.People}, {@link
 * java.time.InstantSource} and {@link io.postern.spi.directory.PersonDirectory}; a {@link Notifier}
 * may be bound, and without one notices are in the inbox alone.
 */
public final class NoticeModule extends AbstractModule {
  private final Map<String, EventListener> listeners;

  public NoticeModule(Map<String, EventListener> listeners) {
    this.listeners = new LinkedHashMap<>(listeners);
  }

  @Override
  protected void configure() {
    bind(new TypeLiteral<Map<String, EventListener>>() {}).toInstance(listeners);
    bind(EventRows.class).in(Scopes.SINGLETON);
    bind(EventDispatcher.class).in(Scopes.SINGLETON);
    OptionalBinder.newOptionalBinder(binder(), Notifier.class);
    bind(JdbcNotices.class).in(Scopes.SINGLETON);
    bind(JdbcInbox.Factory.class).in(Scopes.SINGLETON);
    bind(Outbox.class).in(Scopes.SINGLETON);
    bind(NoticeDispatcher.class).in(Scopes.SINGLETON);
    bind(Notices.class).to(JdbcNotices.class);
    bind(Inboxes.class).to(JdbcInbox.Factory.class);
    Multibinder<Sweep> sweeps = Multibinder.newSetBinder(binder(), Sweep.class);
    sweeps.addBinding().to(NoticeDispatcher.class);
    sweeps.addBinding().to(EventDispatcher.class);
  }
}
