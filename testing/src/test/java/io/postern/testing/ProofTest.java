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
  void whatAMachineMayBeDenied_skipsAlsoWithRequire() {
    System.setProperty("postern.require", "true");
    assertThatExceptionOfType(TestAbortedException.class)
        .isThrownBy(() -> Proof.goesOnWhere(false, "a denied thing"))
        .withMessageContaining("a denied thing");
  }

  @Test
  void whatIsThere_goesOn() {
    System.setProperty("postern.require", "true");
    assertThatCode(() -> Proof.goesOnWhere(true, "a denied thing")).doesNotThrowAnyException();
  }

  @Test
  void memory_ofNoProcess_cannotBeRead() {
    assertThat(Proof.canReadMemoryOf(Long.MAX_VALUE)).isFalse();
  }
}
