package io.postern.core.tool;

import io.postern.core.recording.Recorder.Redactions;
import io.postern.session.Connection;
import io.postern.spi.connector.EndpointConnection;

/** Wraps what a connector opened, once: policy, recording, freeze and audit around every tool. */
public interface Guard {
  /**
   * The connection as its owner may use it. Closing it closes {@code bare} and {@code redactions}.
   *
   * @param bare what the connector opened
   * @param gate the session it belongs to
   * @param redactions what recordings leave out
   */
  Connection wrap(EndpointConnection bare, Gate gate, Redactions redactions);
}
