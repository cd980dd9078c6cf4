package io.postern.core.recording;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Secret;
import io.postern.testing.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left out of recordings, however the output is cut into pieces. */
@Rule("REC-3")
class RedactorTest {
  private static final String MARK = "********";

  private static MaskedSecrets secrets(String... texts) {
    List<Secret> secrets = new ArrayList<>();
    for (String text : texts) {
      secrets.add(Secret.takeFrom(text.getBytes(UTF_8)));
    }
    MaskedSecrets masked = MaskedSecrets.of(secrets);
    secrets.forEach(Secret::close);
    return masked;
  }

  /** Passes the stream cut at the given places; bytes come out as Latin-1 characters. */
  private static String cleaned(MaskedSecrets secrets, byte[] stream, int... cuts) {
    Redactor redactor = new Redactor(secrets);
    GrowingBytes out = new GrowingBytes();
    int from = 0;
    for (int cut : cuts) {
      assertThat(redactor.pass(stream, from, cut - from, out)).isTrue();
      from = cut;
    }
    assertThat(redactor.pass(stream, from, stream.length - from, out)).isTrue();
    redactor.flush(out);
    return new String(out.array(), 0, out.size(), ISO_8859_1);
  }

  private static String cleaned(MaskedSecrets secrets, String stream, int... cuts) {
    return new String(cleaned(secrets, stream.getBytes(UTF_8), cuts).getBytes(ISO_8859_1), UTF_8);
  }

  /** All occurrences, found the slow way; neighbours become one mark. */
  private static String oracle(byte[] stream, List<String> secrets) {
    boolean[] hidden = new boolean[stream.length];
    String text = new String(stream, ISO_8859_1);
    for (String secret : secrets) {
      String pattern = new String(secret.getBytes(UTF_8), ISO_8859_1);
      for (int at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) {
        java.util.Arrays.fill(hidden, at, at + pattern.length(), true);
      }
    }
    StringBuilder cleaned = new StringBuilder();
    for (int i = 0; i < stream.length; i++) {
      if (!hidden[i]) {
        cleaned.append(text.charAt(i));
      } else if (i == 0 || !hidden[i - 1]) {
        cleaned.append(MARK);
      }
    }
    return cleaned.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2!", "aaab", "abab", "aaaa", "päßwörd→🔑", "\"q\\uo\te"})
  void secret_splitAnywhereIntoThree_isLeftOut(String secret) {
    MaskedSecrets secrets = secrets(secret);
    String before = "login: aaa" + secret.substring(0, 3);
    byte[] stream = (before + secret + "\r\nok " + secret + secret).getBytes(UTF_8);
    String expected = oracle(stream, List.of(secret));
    assertThat(new String(expected.getBytes(ISO_8859_1), UTF_8)).doesNotContain(secret);
    for (int first = 0; first <= stream.length; first++) {
      for (int second = first; second <= stream.length; second++) {
        assertThat(cleaned(secrets, stream, first, second)).isEqualTo(expected);
      }
    }
  }

  @Test
  void secrets_randomOverAFewLettersInRandomPieces_areLeftOutAsTheSlowWayDoes() {
    Random random = new Random(20261122);
    for (int round = 0; round < 20_000; round++) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(4); i++) {
        texts.add(word(random, 4 + random.nextInt(5)));
      }
      byte[] stream = word(random, random.nextInt(80)).getBytes(UTF_8);
      int first = random.nextInt(stream.length + 1);
      int second = first + random.nextInt(stream.length - first + 1);
      assertThat(cleaned(secrets(texts.toArray(String[]::new)), stream, first, second))
          .as("secrets %s in %s", texts, new String(stream, UTF_8))
          .isEqualTo(oracle(stream, texts));
    }
  }

  private static String word(Random random, int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(2 + random.nextInt(2))));
    }
    return word.toString();
  }

  @Test
  void secret_amidBinaryData_isLeftOutAndTheRestIsUntouched() {
    Random random = new Random(7);
    MaskedSecrets secrets = secrets("s3cret");
    for (int round = 0; round < 200; round++) {
      byte[] noise = new byte[400];
      random.nextBytes(noise);
      System.arraycopy("s3cret".getBytes(UTF_8), 0, noise, 100 + round, 6);
      // No sequence may seem to begin before it, for what is inside one is looked at as it is.
      assertThat(cleaned(secrets, noise, 3, 150, 151)).isEqualTo(oracle(noise, List.of("s3cret")));
    }
  }

  @Test
  void secret_colouredLetterByLetter_isLeftOut() {
    StringBuilder coloured = new StringBuilder("$ mysql -p");
    for (char c : "hunter2".toCharArray()) {
      coloured.append("\u001b[1;3").append(c % 8).append("m").append(c).append("\u001b[0m");
    }
    String stream = coloured + "\r\n";
    for (int cut = 0; cut < stream.length(); cut++) {
      String cleaned = cleaned(secrets("hunter2"), stream, cut);
      assertThat(cleaned.replaceAll("\u001b\\[[0-9;]*m", ""))
          .startsWith("$ mysql -p" + MARK)
          .doesNotContainPattern("[hunter2]");
    }
  }

  @Test
  void secret_inTheTitleOfTheWindow_isLeftOut() {
    assertThat(cleaned(secrets("hunter2"), "\u001b]0;mysql -phunter2\u0007$ "))
        .isEqualTo("\u001b]0;mysql -p" + MARK + "\u0007$ ");
  }

  @Test
  void secret_withMoreControlSequencesInsideThanAnyShellSends_doesNotHoldTheOutputForEver() {
    Redactor redactor = new Redactor(secrets("hunter2"));
    GrowingBytes out = new GrowingBytes();
    byte[] stream = ("hunt" + "\u001b[0m".repeat(100_000)).getBytes(UTF_8);
    redactor.pass(stream, 0, stream.length, out);
    assertThat(out.size()).isGreaterThan(stream.length - 16_384);
  }

  @Test
  void keyFile_shownWithTheLineEndsOfATerminal_isLeftOutLineByLine() {
    String begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    String key =
        begin + "\nb3BlbnNzaC1rZXk\nQyNTUxOQAAACD\nab==\n-----END OPENSSH PRIVATE KEY-----\n";
    assertThat(cleaned(secrets(key), key.replace("\n", "\r\n")))
        .isEqualTo(
            begin
                + "\r\n********\r\n********\r\n********\r\n-----END OPENSSH PRIVATE KEY-----\r\n");
  }

  @Test
  void password_keptWithALineEndBehindIt_isLeftOutWithoutOneToo() {
    assertThat(cleaned(secrets("hunter2\n"), "x hunter2 y")).isEqualTo("x ******** y");
  }

  @Test
  void secret_shorterThanFourBytes_isNotLookedFor() {
    assertThat(cleaned(secrets("abc"), "abcabc")).isEqualTo("abcabc");
  }

  @Test
  void heldBack_isOnlyWhatMayStillBecomeASecret() {
    Redactor redactor = new Redactor(secrets("hunter2"));
    GrowingBytes out = new GrowingBytes();
    redactor.pass("the hunt".getBytes(UTF_8), 0, 8, out);
    assertThat(out.size()).isEqualTo(4);
    redactor.pass("s".getBytes(UTF_8), 0, 1, out);
    assertThat(new String(out.array(), 0, out.size(), UTF_8)).isEqualTo("the hunts");
  }

  @Test
  void pass_afterTheSecretsWereForgotten_takesNothing() {
    MaskedSecrets secrets = secrets("hunter2");
    Redactor redactor = new Redactor(secrets);
    secrets.close();
    secrets.close();
    assertThat(redactor.pass("hunter2".getBytes(UTF_8), 0, 7, new GrowingBytes())).isFalse();
  }

  @Test
  void secrets_printed_showNothing() {
    assertThat(secrets("hunter2")).asString().isEqualTo("MaskedSecrets[1]");
  }
}
