package io.postern.core.recording;

import io.postern.core.store.Tx;
import io.postern.credential.Credential;
import io.postern.recording.Recording;
import io.postern.session.SessionId;
import java.util.List;

/** Records what shells and commands show, seals it, and finds it again. */
public interface Recorder {
  /**
   * Begins a recording.
   *
   * @param session in which session
   * @param name the shell's name, or the command
   * @param columns the terminal's width
   * @param rows its height
   * @param redactions what must never be in it
   * @throws io.postern.PosternException RECORDING_FAILED
   */
  Track begin(SessionId session, String name, int columns, int rows, Redactions redactions);

  /**
   * Remembers an injected credential so that recordings can leave it out, for as long as a
   * connection lives.
   */
  Redactions redactionsOf(Credential credential);

  /** The recordings of a session, for its report. Decides no rights. */
  List<Recording> of(Tx tx, SessionId session);

  /**
   * Seals whatever recordings of a session are still open, up to their last whole event; also those
   * of a dead process, but never call it while another process lives that records for the session.
   * Harmless when done twice.
   *
   * @throws io.postern.PosternException RECORDING_FAILED naming those that cannot be sealed now;
   *     the others are, and trying again goes on with the rest
   */
  void sealAll(SessionId session);

  /** One recording under way. Safe for use by several threads. */
  interface Track extends AutoCloseable {
    /**
     * Records what is about to be shown. When this returns it has been written; only then may it be
     * shown (rule REC-2). What could be the beginning of a secret is written when the next output
     * tells, or at the end. Takes nothing of {@code bytes} along.
     *
     * @throws io.postern.PosternException RECORDING_FAILED, from then on always
     */
    void output(byte[] bytes, int offset, int length);

    /** Records that the terminal has another size. */
    void resize(int columns, int rows);

    /**
     * Ends and seals it. Harmless when done twice. RECORDING_FAILED when the seal cannot be
     * written.
     */
    @Override
    void close();
  }

  /**
   * Secrets that a recording leaves out, kept so that no memory dump shows them in the clear. Close
   * the tracks first: one that has output after this was closed fails, because nothing could be
   * left out of it (rule REC-3). Secrets of less than 4 bytes are not left out.
   */
  interface Redactions extends AutoCloseable {
    /**
     * A text that a person typed or an endpoint named, without the secrets: for audit entries and
     * names. Where it came after they were forgotten it is not shown at all.
     */
    String applyTo(String text);

    /** Forgets them. Harmless when done twice. */
    @Override
    void close();
  }
}
