package io.postern.core.plugin;

import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import java.util.stream.Collectors;

/**
 * For what credentials are asked.
 *
 * @param endpoint where they are to fit
 * @param person whom they are to fit
 */
public record Search(Endpoint endpoint, Person person) {
  /** The host, and who asks with all groups. */
  String words() {
    String groups =
        person.groups().stream().map(GroupId::value).sorted().collect(Collectors.joining(", "));
    return endpoint.host()
        + ", asked by '"
        + person.id()
        + "' ("
        + (groups.isEmpty() ? "in no group" : "in " + groups)
        + ")";
  }
}
