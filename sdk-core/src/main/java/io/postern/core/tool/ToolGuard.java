package io.postern.core.tool;

import static java.util.Objects.requireNonNull;

import io.postern.core.audit.Journal;
import io.postern.core.recording.Recorder;
import io.postern.core.recording.Recorder.Redactions;
import io.postern.spi.connector.EndpointConnection;
import jakarta.inject.Inject;

/** Puts the gate, the recorder and the audit trail around what connectors open. */
final class ToolGuard implements Guard {
  private final Recorder recorder;
  private final Journal journal;

  @Inject
  ToolGuard(Recorder recorder, Journal journal) {
    this.recorder = recorder;
    this.journal = journal;
  }

  @Override
  public Guarded wrap(EndpointConnection bare, Gate gate, Redactions redactions) {
    Watch watch = new Watch(requireNonNull(gate, "gate"), redactions, recorder, journal);
    GuardedConnection connection = new GuardedConnection(bare, watch, redactions);
    bare.whenClosed(connection::dropped);
    return connection;
  }
}
