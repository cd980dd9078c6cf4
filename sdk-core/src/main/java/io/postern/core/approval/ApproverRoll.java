package io.postern.core.approval;

import io.postern.approval.RequestId;
import io.postern.core.person.People;
import io.postern.core.store.Tx;
import io.postern.jump.Approver;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who may decide a request: the list that was written down with it, and the groups as they are now.
 */
final class ApproverRoll {
  private final People people;

  @Inject
  ApproverRoll(People people) {
    this.people = people;
  }

  void write(Tx tx, RequestId request, Collection<Approver> approvers) {
    for (Approver approver : approvers) {
      tx.run(
          "insert into access_request_approver (request, kind, approver) values (?, ?, ?)",
          request,
          kind(approver),
          name(approver));
    }
  }

  List<Approver> of(Tx tx, RequestId request) {
    return tx.list(
        "select kind, approver from access_request_approver where request = ? order by kind, approver",
        row -> approver(row.text("kind"), row.text("approver")),
        request);
  }

  /** Whether the person is on the roll now. A technical person never decides (rule VIS-3). */
  boolean names(Tx tx, RequestId request, Person person) {
    return person.kind() == Person.Kind.HUMAN
        && of(tx, request).stream().anyMatch(approver -> covers(approver, person));
  }

  /** Every person on the roll now, each once however often they are named (rule REQ-11). */
  List<Person> people(Collection<Approver> approvers) {
    Map<PersonId, Person> byId = new LinkedHashMap<>();
    for (Approver approver : approvers) {
      if (approver instanceof Approver.Named named) {
        people.find(named.person()).ifPresent(person -> byId.put(person.id(), person));
      } else if (approver instanceof Approver.MemberOf member) {
        people.members(member.group()).forEach(person -> byId.put(person.id(), person));
      }
    }
    return byId.values().stream().filter(person -> person.kind() == Person.Kind.HUMAN).toList();
  }

  static List<String> emails(Collection<Approver> approvers) {
    List<String> emails = new ArrayList<>();
    for (Approver approver : approvers) {
      if (approver instanceof Approver.ByEmail byEmail) {
        emails.add(byEmail.email());
      }
    }
    return emails;
  }

  private static boolean covers(Approver approver, Person person) {
    if (approver instanceof Approver.Named named) {
      return named.person().equals(person.id());
    }
    return approver instanceof Approver.MemberOf member && person.is(member.group());
  }

  private static String kind(Approver approver) {
    if (approver instanceof Approver.Named) {
      return "PERSON";
    }
    return approver instanceof Approver.MemberOf ? "GROUP" : "EMAIL";
  }

  private static String name(Approver approver) {
    if (approver instanceof Approver.Named named) {
      return named.person().value();
    }
    if (approver instanceof Approver.MemberOf member) {
      return member.group().value();
    }
    return ((Approver.ByEmail) approver).email();
  }

  private static Approver approver(String kind, String name) {
    return switch (kind) {
      case "PERSON" -> new Approver.Named(PersonId.of(name));
      case "GROUP" -> new Approver.MemberOf(GroupId.of(name));
      default -> new Approver.ByEmail(name);
    };
  }
}
