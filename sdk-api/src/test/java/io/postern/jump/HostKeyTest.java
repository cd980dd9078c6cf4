package io.postern.jump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.postern.testing.Rule;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class HostKeyTest {
  private static final String BASE64 =
      "AAAAC3NzaC1lZDI1NTE5AAAAIP0YezvzUzb5TO4l4nY5n34dKtJYx5F6OkMpPtqiD8kJ";

  @Test
  @Rule("INJ-5")
  void fingerprint_isTheOneThatOpenSshPrints() {
    // What ssh-keygen -l printed for this key.
    HostKey key = new HostKey("ssh-ed25519", BASE64);
    assertThat(key.fingerprint()).isEqualTo("SHA256:JpH1QFtX6InbHQkC9zZg67nFfrcKqpZIZS0uJ2TXaEU");
    assertThat(key).hasToString("ssh-ed25519 " + key.fingerprint());
    assertThat(HostKey.of("ssh-ed25519", Base64.getDecoder().decode(BASE64))).isEqualTo(key);
  }

  @Test
  void construction_ofWhatIsNoKey_fails() {
    assertThatIllegalArgumentException().isThrownBy(() -> new HostKey("SSH ED", BASE64));
    assertThatIllegalArgumentException().isThrownBy(() -> new HostKey("ssh-ed25519", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> new HostKey("ssh-ed25519", "no base64"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostKey.of("ssh-ed25519", new byte[65_537]));
  }
}
