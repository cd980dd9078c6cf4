package io.postern.core.notice;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import io.postern.core.sweep.Sweep;
import io.postern.spi.notifier.Notifier;

/**
 * Notices. Exposes {@link Notices} to the rooms, {@link Inboxes} to the door; contributes a {@link
 * Sweep} that delivers. Needs {@link io.postern.core.store.Database}, {@link
 * io.postern.core.person.People}, {@link java.time.InstantSource} and {@link
 * io.postern.spi.directory.PersonDirectory}; a {@link Notifier} may be bound, and without one
 * notices are in the inbox alone.
 */
public final class NoticeModule extends AbstractModule {
  @Override
  protected void configure() {
    OptionalBinder.newOptionalBinder(binder(), Notifier.class);
    bind(JdbcNotices.class).in(Scopes.SINGLETON);
    bind(JdbcInbox.Factory.class).in(Scopes.SINGLETON);
    bind(Outbox.class).in(Scopes.SINGLETON);
    bind(NoticeDispatcher.class).in(Scopes.SINGLETON);
    bind(Notices.class).to(JdbcNotices.class);
    bind(Inboxes.class).to(JdbcInbox.Factory.class);
    Multibinder.newSetBinder(binder(), Sweep.class).addBinding().to(NoticeDispatcher.class);
  }
}
