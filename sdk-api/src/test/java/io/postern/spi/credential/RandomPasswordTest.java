package io.postern.spi.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.postern.credential.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomPasswordTest {
  private static String made(int length) {
    try (Secret password = RandomPassword.of(new SecureRandom(), length)) {
      return password.use(bytes -> StandardCharsets.US_ASCII.decode(bytes).toString());
    }
  }

  @Test
  void everyPassword_hasWhatSystemsDemand_andNothingThatIsMisread() {
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      String password = made(RandomPassword.SHORTEST);
      assertThat(password)
          .hasSize(RandomPassword.SHORTEST)
          .matches("[A-Za-z][A-Za-z2-9._-]*")
          .matches(".*[A-Z].*")
          .matches(".*[a-z].*")
          .matches(".*[2-9].*")
          .matches(".*[._-].*")
          .doesNotContainPattern("[IOl01]");
      all.add(password);
    }
    assertThat(all).hasSize(2_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 11, Secret.MAX_BYTES + 1})
  void aLengthOutOfRange_isRefused(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RandomPassword.of(new SecureRandom(), length))
        .withMessageContaining(String.valueOf(length));
  }
}
