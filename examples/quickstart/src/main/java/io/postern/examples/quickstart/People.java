package io.postern.examples.quickstart;

import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.directory.PersonDirectory;

/** Who plays. A host would ask its own user database here; Postern keeps no people. */
final class People {
  static final GroupId OPERATORS = GroupId.of("operators");
  static final GroupId APPROVERS = GroupId.of("approvers");

  /** Asks for access, and works. */
  static final PersonId MAYA = PersonId.of("maya");

  /** Decides. */
  static final PersonId NOOR = PersonId.of("noor");

  /** Describes what there is, and looks at what was done. She can neither ask nor decide. */
  static final PersonId ADA = PersonId.of("ada");

  private People() {}

  static PersonDirectory directory() {
    return PersonDirectory.of(
        Person.named(MAYA.value(), "Maya Ito").memberOf(OPERATORS.value()).build(),
        Person.named(NOOR.value(), "Noor Aziz").memberOf(APPROVERS.value()).build(),
        Person.named(ADA.value(), "Ada Berg")
            .with(
                Privilege.ADMINISTER_CATALOG,
                Privilege.ADMINISTER_CREDENTIALS,
                Privilege.ADMINISTER_SESSIONS,
                Privilege.VIEW_RECORDINGS,
                Privilege.READ_AUDIT)
            .build());
  }
}
