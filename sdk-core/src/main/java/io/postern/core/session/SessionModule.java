package io.postern.core.session;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import io.postern.core.approval.RequestOutcomes;
import io.postern.core.sweep.Sweep;
import jakarta.inject.Singleton;

/**
 * Sessions. Needs every other room; exposes {@link SessionServices} to the door and {@link
 * RequestOutcomes} to the room of approvals; contributes its sweeps. A plain module because sweeps
 * are contributed to one set; its own types are package-private, which hides them as well.
 */
public final class SessionModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(Waiters.class).in(Singleton.class);
    bind(LiveSessions.class).in(Singleton.class);
    bind(SessionThreads.class).in(Singleton.class);
    bind(Nodes.class).in(Singleton.class);
    bind(Renewal.class).in(Singleton.class);
    bind(TakingDown.class).in(Singleton.class);
    bind(Rejudging.class);
    bind(SessionRows.class);
    bind(SessionInsert.class);
    bind(SessionNotices.class);
    bind(Reservations.class);
    bind(Starting.class);
    bind(Provisioning.class);
    bind(Preparing.class);
    bind(Gates.class);
    bind(Connecting.class);
    bind(Injecting.class);
    bind(LoggingOn.class).in(Singleton.class);
    bind(Beginning.class);
    bind(Extending.class);
    bind(StillAsked.class);
    bind(Freezing.class);
    bind(Ending.class).in(Singleton.class);
    bind(SessionReports.class);
    bind(SessionRoom.class);
    bind(SessionServices.class).to(SessionDoor.class).in(Singleton.class);
    bind(RequestOutcomes.class).to(ApprovedSessions.class).in(Singleton.class);
    Multibinder<Sweep> sweeps = Multibinder.newSetBinder(binder(), Sweep.class);
    sweeps.addBinding().to(DueSessions.class).in(Singleton.class);
    sweeps.addBinding().to(LiveSweep.class).in(Singleton.class);
    sweeps.addBinding().to(NodeSweep.class).in(Singleton.class);
    sweeps.addBinding().to(UnsealedSweep.class).in(Singleton.class);
  }
}
