package io.postern.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.postern.testing.Rule;
import org.junit.jupiter.api.Test;

class PersonTest {
  @Test
  @Rule("VIS-3")
  void person_ofWhomNothingIsSaid_isAHumanWithoutAnyRight() {
    Person maya = Person.named("maya", "Maya").build();
    assertThat(maya.kind()).isEqualTo(Person.Kind.HUMAN);
    assertThat(maya.privileges()).isEmpty();
    assertThat(maya.groups()).isEmpty();
    assertThat(maya.organisation()).isEmpty();
    for (Privilege privilege : Privilege.values()) {
      assertThat(maya.may(privilege)).isFalse();
    }
    assertThat(Person.named("bot", "Bot").technical().build().kind())
        .isEqualTo(Person.Kind.TECHNICAL);
  }

  @Test
  void is_tellsAPersonFromAGroupOfTheSameName() {
    Person ops = Person.named("ops", "Ops").build();
    assertThat(ops.is(PersonId.of("ops"))).isTrue();
    assertThat(ops.is(GroupId.of("ops"))).isFalse();
    Person maya = Person.named("maya", "Maya").memberOf("ops").build();
    assertThat(maya.is(GroupId.of("ops"))).isTrue();
    assertThat(maya.is(PersonId.of("ops"))).isFalse();
  }

  @Test
  void build_isNotChangedByItsBuilderAfterwards() {
    Person.Builder builder = Person.named("maya", "Maya");
    Person before = builder.build();
    builder.memberOf("ops").with(Privilege.READ_AUDIT);
    assertThat(before.groups()).isEmpty();
    assertThat(before.privileges()).isEmpty();
  }

  @Test
  void limits_areKept() {
    assertThatIllegalArgumentException().isThrownBy(() -> Person.named("m", "n".repeat(201)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Person.named("m", "n").email("e".repeat(255)));
  }
}
