package io.postern.core.session;

import io.postern.core.recording.Recorder.Redactions;
import io.postern.spi.connector.EndpointConnection;

/** A log-on that succeeded, with what recordings of it leave out. */
record LoggedOn(EndpointConnection bare, Redactions redactions) {
  /** Closes both because of {@code cause}, which gets what goes wrong. */
  void closeAfter(RuntimeException cause) {
    for (AutoCloseable each : new AutoCloseable[] {bare, redactions}) {
      try {
        each.close();
      } catch (Exception e) {
        cause.addSuppressed(e);
      }
    }
  }
}
