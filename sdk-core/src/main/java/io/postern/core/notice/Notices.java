package io.postern.core.notice;

import io.postern.approval.RequestId;
import io.postern.core.store.Tx;
import io.postern.notice.Notice;
import io.postern.person.PersonId;
import java.util.Locale;
import java.util.Optional;

/** Tells people, in the transaction that gives reason to. Delivery to the outside happens later. */
public interface Notices {
  /** Writes one notice into {@code tx}. */
  void tell(Tx tx, Telling telling);

  /**
   * Whom to tell what.
   *
   * @param person the recipient's id; empty for one known only by e-mail
   * @param email the recipient's address; an empty text to have the directory asked for the
   *     person's when the notice is delivered
   * @param language the language of the request
   * @param kind what about
   * @param about kind and id of the thing
   * @param subject one line
   * @param body the whole text
   * @param decidable the request that the recipient may decide by a link in the notice
   */
  record Telling(
      Optional<PersonId> person,
      String email,
      Locale language,
      Notice.Kind kind,
      String about,
      String subject,
      String body,
      Optional<RequestId> decidable) {}
}
