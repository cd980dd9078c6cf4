package io.postern.core.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.inject.Guice;
import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.directory.PersonDirectory;
import io.postern.testing.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class DirectoryPeopleTest {
  private static final PersonId MAYA = PersonId.of("maya");
  private static final Person KNOWN =
      Person.named("maya", "Maya").memberOf("dba").with(Privilege.READ_AUDIT).build();

  /** A directory that gives one answer to each question, or throws. */
  private record Answering(Supplier<Optional<Person>> person, Supplier<List<Person>> people)
      implements PersonDirectory {
    @Override
    public Optional<Person> find(PersonId id) {
      return person.get();
    }

    @Override
    public List<Person> members(GroupId group) {
      return people.get();
    }
  }

  private static People over(PersonDirectory directory) {
    return Guice.createInjector(
            new PersonModule(), binder -> binder.bind(PersonDirectory.class).toInstance(directory))
        .getInstance(People.class);
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  private static <T> T fail(Throwable failure) {
    throw DirectoryPeopleTest.<RuntimeException>unchecked(failure);
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E unchecked(Throwable failure) throws E {
    throw (E) failure;
  }

  @Test
  void require_aKnownPerson_isThatPerson() {
    assertThat(over(PersonDirectory.of(KNOWN)).require(MAYA)).isSameAs(KNOWN);
    assertThat(over(PersonDirectory.of(KNOWN)).members(GroupId.of("dba"))).containsExactly(KNOWN);
  }

  @Test
  void require_anUnknownPerson_isRefusedByName() {
    People people = over(PersonDirectory.of());
    assertThat(people.find(MAYA)).isEmpty();
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(() -> people.require(MAYA))
        .withMessageContaining("'maya'")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PERSON_UNKNOWN));
  }

  @Test
  void anyQuestion_whateverTheDirectoryThrows_isUnavailableWithItsCause() {
    for (Throwable failure :
        List.of(
            new IllegalStateException("down"),
            new NoClassDefFoundError("driver"),
            new StackOverflowError(),
            new IOException("not declared"))) {
      People people = over(new Answering(() -> fail(failure), () -> fail(failure)));
      List<ThrowingCallable> questions =
          List.of(
              () -> people.find(MAYA),
              () -> people.require(MAYA),
              () -> people.members(GroupId.of("dba")),
              () -> people.requireWith(MAYA, Privilege.READ_AUDIT, "look"));
      for (ThrowingCallable question : questions) {
        assertThatExceptionOfType(PosternException.class)
            .isThrownBy(question)
            .withCause(failure)
            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DIRECTORY_UNAVAILABLE));
      }
    }
  }

  @Test
  void find_whenTheDirectoryAnswersWithAnotherPerson_isRefused() {
    People people =
        over(
            new Answering(
                () -> Optional.of(Person.named("root", "Root").build()), () -> List.of()));
    refused(ErrorCode.DIRECTORY_UNAVAILABLE, () -> people.find(MAYA));
    refused(ErrorCode.DIRECTORY_UNAVAILABLE, () -> people.require(MAYA));
  }

  @Test
  void anyQuestion_answeredWithNull_isUnavailable() {
    People people = over(new Answering(() -> null, () -> null));
    refused(ErrorCode.DIRECTORY_UNAVAILABLE, () -> people.find(MAYA));
    refused(ErrorCode.DIRECTORY_UNAVAILABLE, () -> people.members(GroupId.of("dba")));
    People holes = over(new Answering(Optional::empty, () -> Arrays.asList(KNOWN, null)));
    refused(ErrorCode.DIRECTORY_UNAVAILABLE, () -> holes.members(GroupId.of("dba")));
  }

  @Test
  @Rule("VIS-2")
  void require_afterTheDirectoryForgotThem_isRefusedAtOnce() {
    List<Person> there = new ArrayList<>(List.of(KNOWN));
    People people = over(new Answering(() -> there.stream().findFirst(), () -> there));
    assertThat(people.require(MAYA)).isEqualTo(KNOWN);
    there.clear();
    refused(ErrorCode.PERSON_UNKNOWN, () -> people.require(MAYA));
  }

  @Test
  void requireWith_aPrivilegeTheyLack_isRefusedAndNamesIt() {
    People people = over(PersonDirectory.of(KNOWN));
    assertThat(people.requireWith(MAYA, Privilege.READ_AUDIT, "read the audit trail"))
        .isEqualTo(KNOWN);
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(
            () -> people.requireWith(MAYA, Privilege.VIEW_RECORDINGS, "play a recording back"))
        .withMessageContaining("Maya (maya)")
        .withMessageContaining("play a recording back")
        .withMessageContaining("VIEW_RECORDINGS")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_PERMITTED));
  }
}
