package io.postern.core.person;

import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import java.util.List;
import java.util.Optional;

/**
 * The host's people as every room asks for them: at the time of the call, and no answer is a no.
 */
public interface People {
  /**
   * The person as of now.
   *
   * @throws io.postern.PosternException PERSON_UNKNOWN, DIRECTORY_UNAVAILABLE
   */
  Person require(PersonId id);

  /** The person as of now, if the directory knows them; DIRECTORY_UNAVAILABLE when it fails. */
  Optional<Person> find(PersonId id);

  /** Everyone in the group as of now; DIRECTORY_UNAVAILABLE when the directory fails. */
  List<Person> members(GroupId group);

  /**
   * The person, who must have the privilege.
   *
   * @param what what they want to do, for the text: "read the audit trail"
   * @throws io.postern.PosternException NOT_PERMITTED, and as {@link #require}
   */
  Person requireWith(PersonId id, Privilege privilege, String what);
}
