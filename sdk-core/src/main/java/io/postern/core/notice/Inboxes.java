package io.postern.core.notice;

import io.postern.notice.Inbox;
import io.postern.person.PersonId;

/** Gives each person their inbox. */
public interface Inboxes {
  /** The inbox of one person, who is the one that acts. */
  Inbox of(PersonId person);
}
