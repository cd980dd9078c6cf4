package io.postern.core.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.testing.Rule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is handed out of a recording: its transcript and its form for players. */
class RenderingTest {
  private static byte[] cast(String... outputs) throws IOException {
    GrowingBytes file = new GrowingBytes();
    file.append(new CastHeader(80, 24, 1, "t").bytes());
    CastEncoder encoder = new CastEncoder();
    for (String output : outputs) {
      byte[] bytes = output.getBytes(UTF_8);
      encoder.output(0, bytes, 0, bytes.length, file);
    }
    return java.util.Arrays.copyOf(file.array(), file.size());
  }

  private static String transcript(String... outputs) throws IOException {
    try (InputStream text =
        new RenderedStream(new Transcript(new ByteArrayInputStream(cast(outputs))))) {
      return new String(text.readAllBytes(), UTF_8);
    }
  }

  private static String played(String... outputs) throws IOException {
    byte[] safe;
    try (InputStream in =
        new RenderedStream(new Playback(new ByteArrayInputStream(cast(outputs))))) {
      safe = in.readAllBytes();
    }
    StringBuilder played = new StringBuilder();
    try (CastReader reader = new CastReader(new ByteArrayInputStream(safe))) {
      for (var event = reader.next(); event.isPresent(); event = reader.next()) {
        played.append(event.get().text());
      }
    }
    return played.toString();
  }

  private static String hostile(Random random) {
    String[] parts = {
      "\u001b",
      "[",
      "]",
      "P",
      "_",
      "^",
      "X",
      "\\",
      "\u0007",
      "\u009b",
      "\u009d",
      "\u0090",
      "\u009c",
      "52;c;ZXZpbA==",
      "6n",
      "c",
      "?1000h",
      "21t",
      "$q",
      "0;title",
      "\u0005",
      "\u0018",
      "a",
      "b",
      "\r",
      "\n",
      "\b",
      "\t",
      "99999b",
      ">c",
      "!p",
      "\u202e",
      "\u2028",
      "(",
      "0",
      "m",
      ";",
      "1",
      "H"
    };
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i >= 0; i--) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.toString();
  }

  @Nested
  class TranscriptText {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        ignoreLeadingAndTrailingWhitespace = false,
        value = {
          "one\\r\\ntwo|one\\ntwo\\n",
          "10 %\\r20 %\\r100 %\\n|100 %\\n",
          "lss\\b\\u001b[K -l\\n|ls -l\\n",
          "abc\\b\\bX\\n|aXc\\n",
          "a\\tb\\n|a\\tb\\n",
          "\\u001b[1;31mred\\u001b[0m\\n|red\\n",
          "\\u001b]0;title\\u0007$ ls\\n|$ ls\\n",
          "\\u001b]52;c;aGk=\\u001b\\\\$ \\n|$ \\n",
          "\\u001bPq#0\\u001b\\\\x\\u001b_apc\\u001b\\\\y\\u001b^pm\\u001b\\\\z\\u001bXsos\\u001b\\\\!\\n|xyz!\\n",
          "\\u009b31mred\\u009d0;t\\u009c!\\n|red!\\n",
          "top\\u001b[2Jnext\\u001b[5;1Hlast|top\\nnext\\nlast\\n",
          "hello\\r\\u001b[2Pho\\n|hoo\\n",
          "ab\\r\\u001b[2@xy\\n|xyab\\n",
          "a\\u202Eb\\u2028c\\n|ab c\\n",
        })
    @Rule("REC-1")
    void line_readsAsItStoodWhenItEnded(String output, String expected) throws IOException {
      assertThat(transcript(unicode(output).translateEscapes()))
          .isEqualTo(expected.translateEscapes());
    }

    @Test
    void sequence_splitOverEvents_isStillOne() throws IOException {
      assertThat(transcript("a\u001b", "[3", "1mb\u001b]0;ti", "tle\u0007c")).isEqualTo("abc\n");
    }

    @Test
    @Rule("REC-8")
    void anything_hostile_leavesOnlyTextTabsAndLineFeeds() throws IOException {
      Random random = new Random(1);
      for (int round = 0; round < 20_000; round++) {
        String[] outputs = {hostile(random), hostile(random)};
        assertThat(transcript(outputs).chars())
            .as("%s", (Object) outputs)
            .noneMatch(
                c ->
                    (Character.isISOControl(c) && c != '\n' && c != '\t')
                        || Character.getType(c) == Character.FORMAT
                        || c == 0x2028);
      }
    }

    @Test
    @Timeout(60)
    void endlessLineAndEndlessString_needNoMemory() throws IOException {
      Endless endless = new Endless();
      long out = 0;
      byte[] buffer = new byte[8192];
      try (InputStream text = new RenderedStream(new Transcript(endless))) {
        for (int count = text.read(buffer); count >= 0; count = text.read(buffer)) {
          out += count;
        }
      }
      // All of the line; of the string that never ends, what is beyond the longest.
      assertThat(out).isGreaterThan(100L << 20);
    }
  }

  /** 100 MiB of one line, then an OSC that never ends. */
  private static final class Endless extends InputStream {
    private final byte[] event = ("[1.000,\"o\",\"" + "x".repeat(65_536) + "\"]\n").getBytes(UTF_8);
    private java.io.InputStream now;
    private int events;

    Endless() throws IOException {
      now = new ByteArrayInputStream(new CastHeader(1, 1, 1, "").bytes());
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = now.read(bytes, offset, length);
      if (count >= 0 || events == 1_700) {
        return count;
      }
      events++;
      now =
          new ByteArrayInputStream(
              events == 1_601 ? "[1.000,\"o\",\"\\u001b]0;\"]\n".getBytes(UTF_8) : event);
      return now.read(bytes, offset, length);
    }
  }

  static String unicode(String text) {
    var matcher = java.util.regex.Pattern.compile("\\\\u([0-9a-fA-F]{4})").matcher(text);
    return matcher.replaceAll(
        found ->
            java.util.regex.Matcher.quoteReplacement(
                String.valueOf((char) Integer.parseInt(found.group(1), 16))));
  }

  @Nested
  @Rule("REC-8")
  class Play {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "\u001b]52;c;ZXZpbA==\u0007",
          "\u001b]0;title\u001b\\",
          "\u001b]8;;http://x\u0007",
          "\u001b[6n",
          "\u001b[c",
          "\u001b[>c",
          "\u001b[21t",
          "\u001b[?1000h",
          "\u001b[?2004h",
          "\u001bP$qm\u001b\\",
          "\u001b_Ga=d\u001b\\",
          "\u001b^x\u001b\\",
          "\u001bXx\u001b\\",
          "\u0005",
          "\u009b6n",
          "\u009d52;c;eA==\u009c",
          "\u001bZ",
          "\u001b=",
          "\u001b[99999b",
          "\u001b[12345H",
          "\u001b[!p",
          "\u001b[5i",
          "\u001b[?1h"
        })
    void sequence_thatDoesMoreThanDraw_isLeftOut(String sequence) throws IOException {
      assertThat(played("a" + sequence + "b")).isEqualTo("ab");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "\u001b[1;38;5;12mx\u001b[0m",
          "\u001b[2J\u001b[H",
          "\u001b[?1049h\u001b[?25l",
          "\u001b7\u001b8",
          "\u001b(0lqk\u001b(B",
          "\r\n\t\b",
          "\u001b[3A\u001b[K\u001b[2P",
          "\u001b[1;24r",
          "äß→🔑"
        })
    void sequence_thatDraws_isPlayed(String sequence) throws IOException {
      assertThat(played("a" + sequence + "b")).isEqualTo("a" + sequence + "b");
    }

    @Test
    void sequence_longerThanAnyThatMeansSomething_isLeftOutWhole() throws IOException {
      assertThat(played("a\u001b[" + "1;".repeat(40) + "mb")).isEqualTo("ab");
    }

    @Test
    void anything_hostileAndSplit_onlyDraws() throws IOException {
      Random random = new Random(2);
      for (int round = 0; round < 20_000; round++) {
        String played = played(hostile(random), hostile(random), hostile(random));
        String rest =
            played.replaceAll(
                "\u001b\\[([0-9;:]*[A-HJ-MPSTXZ@`adefgmrsu]|(\\?[0-9;]+|4)[hl])"
                    + "|\u001b[78DEMHc]|\u001b[()*+][0AB]",
                "");
        assertThat(rest.chars())
            .as(played)
            .noneMatch(
                c ->
                    Character.isISOControl(c)
                        && "\b\t\n\u000b\f\r\u000e\u000f\u0007".indexOf(c) < 0);
      }
    }

    @Test
    void recording_thatGoesOn_isPlayedToItsLastWholeEvent() throws IOException {
      byte[] whole = cast("one", "two");
      try (InputStream in =
          new RenderedStream(new Playback(new ByteArrayInputStream(whole, 0, whole.length - 4)))) {
        assertThat(new String(in.readAllBytes(), UTF_8)).contains("one").doesNotContain("tw");
      }
    }

    @Test
    void recording_thatIsNoJson_saysSoWithoutQuotingIt() throws IOException {
      byte[] broken = cast("one", "hidden words");
      broken[new String(broken, UTF_8).indexOf("\"hidden")] = 'x';
      InputStream in = new RenderedStream(new Playback(new ByteArrayInputStream(broken)));
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged")
          .hasMessageNotContaining("hidden");
    }
  }
}
