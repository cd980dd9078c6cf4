package io.postern.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ProofTest {
  private final String require = System.getProperty("postern.require", "false");

  @AfterEach
  void putBack() {
    System.setProperty("postern.require", require);
  }

  @Test
  void whatIsMissing_withoutRequire_skipsWithTheReason() {
    System.setProperty("postern.require", "false");
    assertThatExceptionOfType(TestAbortedException.class)
        .isThrownBy(() -> Proof.needs(false, "a needed thing"))
        .withMessageContaining("a needed thing");
  }

  @Test
  void whatIsMissing_withRequire_fails() {
    System.setProperty("postern.require", "true");
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Proof.needs(false, "a needed thing"))
        .withMessageContaining("a needed thing");
  }

  @Test
  void whatAMachineMayBeDenied_skipsAlsoWithRequire() {
    System.setProperty("postern.require", "true");
    assertThatExceptionOfType(TestAbortedException.class)
        .isThrownBy(() -> Proof.goesOnWhere(false, "a denied thing"))
        .withMessageContaining("a denied thing");
  }

  @Test
  void whatIsThere_goesOn() {
    System.setProperty("postern.require", "true");
    assertThatCode(() -> Proof.needs(true, "a needed thing")).doesNotThrowAnyException();
    assertThatCode(() -> Proof.goesOnWhere(true, "a denied thing")).doesNotThrowAnyException();
  }

  @Test
  void memory_ofNoProcess_cannotBeRead() {
    assertThat(Proof.canReadMemoryOf(Long.MAX_VALUE)).isFalse();
  }
}
