package io.postern.core.jump;

import io.postern.jump.Catalog;
import io.postern.jump.JumpItems;
import io.postern.person.PersonId;

/**
 * Makes the services of this room for one person; cheap, and each call of theirs is judged anew.
 */
public interface JumpServices {
  /** What the person finds and may know. */
  JumpItems jumpItems(PersonId person);

  /** What the person may administer. */
  Catalog catalog(PersonId person);
}
