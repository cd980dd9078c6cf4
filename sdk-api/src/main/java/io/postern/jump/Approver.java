package io.postern.jump;

import static java.util.Objects.requireNonNull;

import io.postern.person.GroupId;
import io.postern.person.PersonId;
import io.postern.text.Text;

/** Who may decide a request (rule REQ-1). */
public sealed interface Approver {
  /** A person by name. */
  record Named(PersonId person) implements Approver {
    public Named {
      requireNonNull(person, "person");
    }
  }

  /** Anyone who is a member of the group when deciding. */
  record MemberOf(GroupId group) implements Approver {
    public MemberOf {
      requireNonNull(group, "group");
    }
  }

  /** Somebody who is known only by e-mail, and decides by a one-time link. */
  record ByEmail(String email) implements Approver {
    public ByEmail {
      email = Text.prose(email, "e-mail address", 254);
      if (!email.matches("[^@\\s]+@[^@\\s]+")) {
        throw new IllegalArgumentException("'" + email + "' is no e-mail address");
      }
    }
  }

  /** A person, by id. */
  static Approver person(String id) {
    return new Named(PersonId.of(id));
  }

  /** Anyone in a group, by its id. */
  static Approver group(String id) {
    return new MemberOf(GroupId.of(id));
  }

  /** Somebody known only by this address, at most 254 characters, with one @. */
  static Approver email(String address) {
    return new ByEmail(address);
  }
}
