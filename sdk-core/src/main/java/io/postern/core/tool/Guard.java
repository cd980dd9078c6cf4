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
  Guarded wrap(EndpointConnection bare, Gate gate, Redactions redactions);

  /** A connection as its owner uses it and as its session looks after it. */
  interface Guarded extends Connection, Tended {
    @Override
    void close();
  }

  /** What a session holds open, and looks after. */
  interface Tended extends AutoCloseable {
    /** Ends it. Harmless when done twice. */
    @Override
    void close();

    /** Whether something runs over it by itself: it was judged when it began. */
    boolean isBusy();

    /**
     * Judges anew what runs, and ends what the policies of now do not allow as it was begun. What
     * cannot be judged goes on. Blocks for the directory, the store and the endpoint.
     */
    void judgeAnew();
  }
}
