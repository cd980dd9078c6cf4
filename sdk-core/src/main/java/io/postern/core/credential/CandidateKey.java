package io.postern.core.credential;

import io.postern.person.GroupId;
import io.postern.person.OrganisationId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.connector.Endpoint;
import java.util.Optional;
import java.util.Set;

/**
 * What an answer of a manager depends on: the manager, and the person and the endpoint with all
 * that they may be matched by. So whoever leaves a group, and an item that is moved, ask anew.
 */
record CandidateKey(String manager, Wanted wanted) {
  /** A person and an endpoint as managers see them. */
  record Wanted(
      PersonId person,
      String name,
      String email,
      Person.Kind kind,
      Optional<OrganisationId> organisation,
      Set<GroupId> groups,
      Set<Privilege> privileges,
      Endpoint endpoint) {
    static Wanted by(Person person, Endpoint endpoint) {
      return new Wanted(
          person.id(),
          person.name(),
          person.email(),
          person.kind(),
          person.organisation(),
          person.groups(),
          person.privileges(),
          endpoint);
    }

    /** Of what nearly always tells two apart: it is computed at each look-up. */
    @Override
    public int hashCode() {
      return 31 * person.value().hashCode() + endpoint.item().value().hashCode();
    }
  }

  @Override
  public int hashCode() {
    return 31 * manager.hashCode() + wanted.hashCode();
  }
}
