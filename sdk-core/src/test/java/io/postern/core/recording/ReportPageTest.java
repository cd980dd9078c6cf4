package io.postern.core.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.approval.RequestId;
import io.postern.jump.JumpItemId;
import io.postern.person.PersonId;
import io.postern.recording.Recording;
import io.postern.recording.RecordingId;
import io.postern.session.EndReason;
import io.postern.session.SessionDetail;
import io.postern.session.SessionId;
import io.postern.session.SessionReport;
import io.postern.session.SessionState;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportPageTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Set<String> VOID = Set.of("meta");
  private static final Set<String> KNOWN =
      Set.of(
          "html", "head", "meta", "title", "style", "body", "main", "header", "section", "h1", "h2",
          "small", "p", "span", "strong", "dl", "dt", "dd", "ol", "li", "time", "table", "thead",
          "tbody", "tr", "th", "td", "code");

  private static final SessionDetail LIVE =
      new SessionDetail(
          SessionId.of("s1"),
          JumpItemId.of("i1"),
          "orders-db",
          PersonId.of("maya"),
          Optional.empty(),
          "",
          "",
          NOON,
          Optional.empty(),
          Duration.ofHours(1),
          new SessionState.Active(NOON, NOON.plusSeconds(3600)));

  private final ReportPage page = new ReportPage();

  private String pageOf(SessionReport.Act act) {
    return page.render(report(LIVE, "Maya", List.of(act), List.of()));
  }

  private static SessionReport report(
      SessionDetail session,
      String owner,
      List<SessionReport.Act> acts,
      List<Recording> recordings) {
    return new SessionReport(
        session, owner, acts, 0, Set.of(), List.of(), recordings, recordings.size(), "");
  }

  /** A report that has the text in each field that takes one; ids take no control characters. */
  private String pageOf(String text) {
    String id = text.replaceAll("\\p{Cc}", "").strip();
    SessionDetail session =
        new SessionDetail(
            SessionId.of(id),
            JumpItemId.of(id),
            text,
            PersonId.of(id),
            Optional.of(RequestId.of(id)),
            text,
            text,
            NOON,
            Optional.of(NOON),
            Duration.ofMinutes(90),
            new SessionState.Ended(EndReason.ENDED_BY_OWNER, text, NOON.plusSeconds(60)));
    return page.render(
        new SessionReport(
            session,
            text,
            List.of(new SessionReport.Act(NOON, text, text, text, Map.of(text, text))),
            0,
            Set.of(Tool.COMMANDS, Tool.UPLOAD),
            List.of(new SessionReport.MovedFile(NOON, text, Tool.UPLOAD, text, text, 12, text)),
            List.of(
                new Recording(
                    RecordingId.of(id), SessionId.of(id), text, NOON, Optional.of(NOON), 2048)),
            1,
            ""));
  }

  @Test
  @Rule("REC-7")
  void page_tellsWhoWhenWhatAndWhatWasRecorded() {
    assertThat(pageOf("orders-db"))
        .contains("<h1>orders-db</h1>", "ended by owner", "2026-11-22 12:01:00 UTC")
        .contains("1 h 30 min", "<strong>orders-db</strong>", "2.0 KiB", "<table>")
        .contains("<dd>commands, upload</dd>", "<tr><td>upload</td>", "12 B");
  }

  @Test
  @Rule("REC-7")
  void page_saysWhatItLeavesOut() {
    SessionReport.Act act = new SessionReport.Act(NOON, "maya", "a", "", Map.of());
    assertThat(
            page.render(
                new SessionReport(
                    LIVE, "Maya", List.of(act), 70, Set.of(), List.of(), List.of(), 3, "")))
        .contains("<small>71</small>", "the 70 between them are in the audit trail")
        .contains("<small>3</small>", "for those who may view recordings")
        .doesNotContain("Nothing was recorded");
  }

  @Test
  @Rule("REC-7")
  void page_ofASessionWithoutActs_saysSo() {
    Recording open =
        new Recording(RecordingId.of("r1"), SessionId.of("s1"), "shell", NOON, Optional.empty(), 0);
    assertThat(page.render(report(LIVE, "Maya", List.of(), List.of())))
        .contains("Nothing yet.", "Nothing was recorded.", "none was given", "Ends by itself");
    assertThat(page.render(report(LIVE, "Maya", List.of(), List.of(open)))).contains("not yet");
  }

  @Test
  @Rule("REC-7")
  void page_saysInPlainWordsHowLongSomethingTook() {
    SessionReport.Act act =
        new SessionReport.Act(
            NOON, "maya", "tool.command", "", Map.of("took", "PT0.1244S", "shell", "PT5M"));
    assertThat(pageOf(act)).contains("<dd>124 ms</dd>", "<dd>PT5M</dd>").doesNotContain("PT0");
    assertThat(pageOf(new SessionReport.Act(NOON, "m", "a", "", Map.of("took", "long"))))
        .contains("<dd>long</dd>");
  }

  @Test
  void page_showsNoDetailWithoutAValue() {
    SessionReport.Act act =
        new SessionReport.Act(NOON, "maya", "session.asked", "", Map.of("from", "", "to", "ASKED"));
    assertThat(pageOf(act)).contains("<dt>to</dt>").doesNotContain("<dt>from</dt>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</style></title><svg onload=alert(1)>",
        "--><!--",
        "&lt;b&gt; &#60;b>",
        "javascript:alert(1)",
        "a\u0000b\u001b]52;c;eA==\u0007\u009b6n",
        "\u202eevil\u2066",
        "]]><![CDATA[",
        "`onclick=`"
      })
  @Rule("REC-8")
  void page_withHostileTextEverywhere_isTheSamePageWithThatText(String hostile) {
    String rendered = pageOf(hostile);
    assertThat(tags(rendered)).isEqualTo(tags(pageOf("harmless")));
    String body = rendered.substring(rendered.indexOf("</style>"));
    assertThat(body.chars())
        .noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')
        .noneMatch(c -> Character.getType(c) == Character.FORMAT);
  }

  @Test
  @Rule("REC-8")
  void page_forbidsAndHoldsEverythingActive() {
    String rendered = pageOf("x");
    assertThat(rendered)
        .contains("Content-Security-Policy\" content=\"default-src 'none';")
        .doesNotContain("<script", "http://", "https://", "url(", "@import", "<a ");
  }

  /** All tags with their attributes, checked to be ours and well nested. */
  private static String tags(String html) {
    Matcher tag = Pattern.compile("<(/?)([a-zA-Z0-9]+)([^<>]*)>").matcher(html);
    StringBuilder tags = new StringBuilder();
    Deque<String> open = new ArrayDeque<>();
    while (tag.find()) {
      assertThat(KNOWN).contains(tag.group(2));
      tags.append(tag.group());
      if (!tag.group(1).isEmpty()) {
        assertThat(open.pop()).isEqualTo(tag.group(2));
      } else if (!VOID.contains(tag.group(2))) {
        open.push(tag.group(2));
      }
    }
    assertThat(open).isEmpty();
    assertThat(html.replaceAll("</?[a-zA-Z0-9]+[^<>]*>", "").replace("<!DOCTYPE html>", ""))
        .doesNotContain("<");
    return tags.toString();
  }
}
