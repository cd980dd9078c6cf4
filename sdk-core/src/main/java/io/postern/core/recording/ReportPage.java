package io.postern.core.recording;

import io.postern.session.SessionDetail;
import io.postern.session.SessionReport;
import io.postern.session.SessionState;
import io.postern.session.Tool;
import io.postern.text.Text;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The report of a session as an HTML page that needs nothing else and does nothing: no script, no
 * link, nothing loaded, which its content security policy says too. Everything in it is escaped
 * (rules REC-7, REC-8). Safe for use by several threads.
 */
public final class ReportPage {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Details of acts that are time spans. */
  private static final Set<String> TIME_SPANS = Set.of("took", "duration", "by");

  private final String style;

  @Inject
  ReportPage() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing from Postern's jar");
      }
      style = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("report.css cannot be read from Postern's jar", e);
    }
  }

  /**
   * The page of all that is in a report, in UTF-8 when it is written to a file. Times are in UTC.
   */
  public String render(SessionReport report) {
    SessionDetail session = report.session();
    String ownerName = report.ownerName();
    StringBuilder page = new StringBuilder(8192);
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .append(" style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta name=\"referrer\" content=\"no-referrer\">\n<title>Session report: ")
        .append(escaped(session.itemName()))
        .append("</title>\n<style>\n")
        .append(style)
        .append("</style>\n</head>\n<body>\n<main>\n");
    header(page, session, ownerName);
    facts(page, session, report);
    acts(page, report);
    ReportTables.files(page, report.filesMoved());
    ReportTables.recordings(page, report);
    return page.append("</main>\n</body>\n</html>\n").toString();
  }

  private static void header(StringBuilder page, SessionDetail session, String ownerName) {
    page.append("<header>\n<p class=\"kind\">Session report</p>\n<h1>")
        .append(escaped(session.itemName()))
        .append("</h1>\n<p><span class=\"status\">")
        .append(Text.words(session.status()))
        .append("</span> ")
        .append(escaped(ownerName))
        .append(" · asked for at ")
        .append(time(session.createdAt()))
        .append("</p>\n</header>\n");
  }

  private static void facts(StringBuilder page, SessionDetail session, SessionReport report) {
    page.append("<section>\n<h2>Facts</h2>\n<dl>\n");
    fact(page, "Session", session.id().value());
    fact(page, "Jump item", session.itemName() + " (" + session.item() + ")");
    fact(page, "Owner", report.ownerName() + " (" + session.owner() + ")");
    fact(page, "Reason", session.reason().isEmpty() ? "none was given" : session.reason());
    if (!session.ticket().isEmpty()) {
      fact(page, "Ticket", session.ticket());
    }
    session.request().ifPresent(request -> fact(page, "Access request", request.value()));
    fact(page, "Asked for", TIME.format(session.createdAt()));
    session.start().ifPresent(start -> fact(page, "Planned start", TIME.format(start)));
    fact(page, "Longest duration", Text.words(session.duration()));
    if (session.state() instanceof SessionState.Active active) {
      fact(page, "In use since", TIME.format(active.since()));
      fact(page, "Ends by itself", TIME.format(active.until()));
    } else if (session.state() instanceof SessionState.Ended ended) {
      fact(page, "Ended", TIME.format(ended.at()) + ", " + Text.words(ended.reason()));
      if (!ended.detail().isEmpty()) {
        fact(page, "Why it ended", ended.detail());
      }
    }
    fact(page, "Tools used", tools(report.toolsUsed()));
    page.append("</dl>\n</section>\n");
  }

  private static String tools(Set<Tool> used) {
    return used.isEmpty()
        ? "none"
        : used.stream().map(Text::words).collect(Collectors.joining(", "));
  }

  private static void fact(StringBuilder page, String name, String value) {
    page.append("<dt>").append(name).append("</dt><dd>").append(escaped(value)).append("</dd>\n");
  }

  private static void acts(StringBuilder page, SessionReport report) {
    List<SessionReport.Act> acts = report.acts();
    page.append("<section>\n<h2>What was done <small>")
        .append(acts.size() + report.actsLeftOut())
        .append("</small></h2>\n");
    if (report.actsLeftOut() > 0) {
      page.append("<p class=\"none\">Of so many only the first and the last are shown here; the ")
          .append(report.actsLeftOut())
          .append(" between them are in the audit trail.</p>\n");
    }
    if (acts.isEmpty()) {
      page.append("<p class=\"none\">Nothing yet.</p>\n");
    } else {
      page.append("<ol class=\"acts\">\n");
      acts.forEach(act -> act(page, act));
      page.append("</ol>\n");
    }
    page.append("</section>\n");
  }

  private static void act(StringBuilder page, SessionReport.Act act) {
    page.append("<li>")
        .append(time(act.at()))
        .append("<p><strong>")
        .append(escaped(act.what()))
        .append("</strong> ")
        .append(escaped(act.who()))
        .append("</p>");
    if (!act.why().isEmpty()) {
      page.append("<p class=\"why\">").append(escaped(act.why())).append("</p>");
    }
    Map<String, String> details = new TreeMap<>(act.details());
    details.values().removeIf(String::isEmpty); // a name alone tells nobody anything
    if (!details.isEmpty()) {
      page.append("<dl>");
      details.forEach((name, value) -> fact(page, escaped(name), detail(name, value)));
      page.append("</dl>");
    }
    page.append("</li>\n");
  }

  static String time(Instant at) {
    return "<time datetime=\"" + at + "\">" + TIME.format(at) + "</time>";
  }

  /** A detail as people read it; the trail keeps it as it was measured. */
  private static String detail(String name, String value) {
    try {
      return TIME_SPANS.contains(name) ? Text.words(Duration.parse(value)) : value;
    } catch (DateTimeParseException e) {
      return value;
    }
  }

  /** Text for an element or a quoted attribute; what cannot be seen becomes U+FFFD. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> escape(c, escaped));
    return escaped.toString();
  }

  private static void escape(int c, StringBuilder escaped) {
    switch (c) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      case '`' -> escaped.append("&#96;");
      case '\n', '\t' -> escaped.appendCodePoint(c);
      case 0x200c, 0x200d -> escaped.appendCodePoint(c);
      default -> {
        switch (Character.getType(c)) {
          // FORMAT holds what turns the direction of writing and makes one text look like another.
          case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED ->
              escaped.append('\ufffd');
          default -> escaped.appendCodePoint(c);
        }
      }
    }
  }
}
