package io.postern.core.audit;

import io.postern.PosternException;
import io.postern.core.store.Tx;
import java.util.List;

/** Where every room writes what it does, in the transaction that does it. */
public interface Journal {
  /** Writes one entry into {@code tx}. */
  void write(Tx tx, Act act);

  /**
   * The entry as values for the columns at, actor, action, subject, from_state, to_state, why and
   * details, for the one statement that writes its entry itself.
   */
  List<Object> values(Act act);

  /** Writes one entry of its own: for refusals and looks, which change nothing else. */
  void write(Act act);

  /**
   * Writes down that something was refused, for who then throws the refusal. That it could not be
   * written does not hide what was refused: it is suppressed in it.
   *
   * @return the refusal
   */
  default PosternException refused(PosternException refusal, Act act) {
    try {
      write(act);
    } catch (RuntimeException e) {
      if (e != refusal) {
        refusal.addSuppressed(e);
      }
    }
    return refusal;
  }
}
