package io.postern.core.audit;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.postern.core.sweep.Sweep;

/**
 * The audit trail. Exposes {@link Journal} to the rooms and {@link AuditTrails} to the door;
 * contributes a {@link Sweep} that links entries. Needs {@link io.postern.core.store.Database} and
 * {@link java.time.InstantSource}.
 */
public final class AuditModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(AuditSealer.class).in(Scopes.SINGLETON);
    bind(JdbcJournal.class).in(Scopes.SINGLETON);
    bind(JdbcAuditTrail.Factory.class).in(Scopes.SINGLETON);
    bind(Journal.class).to(JdbcJournal.class);
    bind(AuditTrails.class).to(JdbcAuditTrail.Factory.class);
    Multibinder.newSetBinder(binder(), Sweep.class).addBinding().to(AuditSealer.class);
  }
}
