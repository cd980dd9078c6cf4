package io.postern.core.person;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.directory.PersonDirectory;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the host's directory at every call, and takes nothing from it that cannot be right. */
final class DirectoryPeople implements People {
  /** One question to the directory. */
  private interface Question<T> {
    T ask();
  }

  private final PersonDirectory directory;

  @Inject
  DirectoryPeople(PersonDirectory directory) {
    this.directory = directory;
  }

  @Override
  public Person require(PersonId id) {
    return find(id)
        .orElseThrow(
            () ->
                new PosternException(
                    ErrorCode.PERSON_UNKNOWN,
                    "the directory does not know a person '"
                        + id
                        + "', or they may not act any more; see the host's list of people"));
  }

  @Override
  public Optional<Person> find(PersonId id) {
    requireNonNull(id, "id");
    Optional<Person> found = answer("the person '" + id + "'", () -> directory.find(id));
    // A mix-up in the directory would lend one person the rights of another.
    found
        .filter(person -> !person.id().equals(id))
        .ifPresent(
            other -> {
              throw unavailable(
                  "the person '" + id + "'", "it answered with '" + other.id() + "'", null);
            });
    return found;
  }

  @Override
  public List<Person> members(GroupId group) {
    requireNonNull(group, "group");
    String what = "the members of group '" + group + "'";
    List<Person> members = answer(what, () -> directory.members(group));
    try {
      return List.copyOf(members);
    } catch (RuntimeException e) {
      throw unavailable(what, "its list cannot be read", e);
    }
  }

  @Override
  public Person requireWith(PersonId id, Privilege privilege, String what) {
    Person person = require(id);
    if (!person.may(privilege)) {
      throw new PosternException(
          ErrorCode.NOT_PERMITTED,
          person
              + " may not "
              + what
              + ": that needs the privilege "
              + privilege
              + "; whoever administers the host's people can give it");
    }
    return person;
  }

  /** Whatever goes wrong in the host's code is a no with a reason, never something else. */
  private static <T> T answer(String what, Question<T> question) {
    T answer;
    try {
      answer = question.ask();
    } catch (Throwable e) {
      throw unavailable(what, "it failed with " + e.getClass().getName(), e);
    }
    if (answer == null) {
      throw unavailable(what, "it answered null", null);
    }
    return answer;
  }

  private static PosternException unavailable(String what, String why, @Nullable Throwable cause) {
    return new PosternException(
        ErrorCode.DIRECTORY_UNAVAILABLE,
        "the host's directory was asked for "
            + what
            + " and "
            + why
            + "; nothing is permitted until it answers",
        cause);
  }
}
