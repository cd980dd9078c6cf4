package io.postern.spi.notifier;

import io.postern.approval.DecisionToken;
import io.postern.notice.Notice;
import io.postern.notice.NoticeId;
import io.postern.person.PersonId;
import java.util.Locale;
import java.util.Optional;

/**
 * Brings notices to people outside the host's own pages, such as by e-mail; given by the host.
 *
 * <p>Called on a thread of Postern's, one notice at a time and never inside a change: a notifier
 * that is slow or fails holds nothing up. A notice whose delivery threw is delivered again later;
 * so one may come twice.
 */
public interface Notifier {
  /** Delivers one notice; returning means that it is on its way. */
  void deliver(Delivery delivery);

  /**
   * What is to be delivered to whom.
   *
   * @param id which notice; the same at each try, and as it stands in the recipient's inbox
   * @param kind what it tells of, so that a host can word it in the recipient's language
   * @param about the kind and id of the thing, such as {@code request:01J9…}
   * @param person the recipient; empty for somebody who is known only by e-mail
   * @param email the recipient's address
   * @param recipient the recipient's name, or the address where no name is known
   * @param language the language the request asked for; English where nothing was asked for
   * @param subject one line, in English
   * @param text the whole notice as plain text, in English
   * @param decision the recipient's own token to decide the request with, where there is something
   *     to decide; belongs in a link and nowhere else
   */
  record Delivery(
      NoticeId id,
      Notice.Kind kind,
      String about,
      Optional<PersonId> person,
      String email,
      String recipient,
      Locale language,
      String subject,
      String text,
      Optional<DecisionToken> decision) {}
}
