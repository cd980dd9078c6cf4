package io.postern.core.recording;

import io.postern.recording.Recording;
import io.postern.session.SessionReport;
import io.postern.text.Text;
import java.util.List;
import java.util.Locale;

/** The parts of a report's page that are tables. */
final class ReportTables {
  private ReportTables() {}

  static void files(StringBuilder page, List<SessionReport.MovedFile> files) {
    page.append("<section>\n<h2>Files moved <small>")
        .append(files.size())
        .append("</small></h2>\n");
    if (files.isEmpty()) {
      page.append("<p class=\"none\">None.</p>\n</section>\n");
      return;
    }
    page.append("<table>\n<thead><tr><th scope=\"col\">How</th><th scope=\"col\">When</th>")
        .append("<th scope=\"col\">On the endpoint</th><th scope=\"col\">On this side</th>")
        .append("<th scope=\"col\" class=\"size\">Size</th><th scope=\"col\">SHA-256</th>")
        .append("</tr></thead>\n<tbody>\n");
    for (SessionReport.MovedFile file : files) {
      page.append("<tr><td>")
          .append(Text.words(file.way()))
          .append("</td><td>")
          .append(ReportPage.time(file.at()))
          .append("</td><td>")
          .append(ReportPage.escaped(file.remote()))
          .append("</td><td>")
          .append(ReportPage.escaped(file.local()))
          .append("</td><td class=\"size\">")
          .append(size(file.bytes()))
          .append("</td><td><code>")
          .append(ReportPage.escaped(file.sha256()))
          .append("</code></td></tr>\n");
    }
    page.append("</tbody>\n</table>\n</section>\n");
  }

  static void recordings(StringBuilder page, SessionReport report) {
    List<Recording> recordings = report.recordings();
    page.append("<section>\n<h2>Recordings <small>")
        .append(report.recordingCount())
        .append("</small></h2>\n");
    if (report.recordingCount() == 0) {
      page.append("<p class=\"none\">Nothing was recorded.</p>\n");
    } else if (recordings.isEmpty()) {
      page.append("<p class=\"none\">Which they are is for those who may view recordings.</p>\n");
    } else {
      page.append("<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Begun</th>")
          .append("<th scope=\"col\">Sealed</th><th scope=\"col\" class=\"size\">Size</th>")
          .append("<th scope=\"col\">Id</th></tr></thead>\n<tbody>\n");
      for (Recording recording : recordings) {
        boolean sealed = recording.sealedAt().isPresent();
        page.append("<tr><td>")
            .append(ReportPage.escaped(recording.name()))
            .append("</td><td>")
            .append(ReportPage.time(recording.begunAt()))
            .append("</td><td>")
            .append(recording.sealedAt().map(ReportPage::time).orElse("not yet"))
            .append("</td><td class=\"size\">")
            .append(sealed ? size(recording.sizeBytes()) : "")
            .append("</td><td><code>")
            .append(ReportPage.escaped(recording.id().value()))
            .append("</code></td></tr>\n");
      }
      page.append("</tbody>\n</table>\n");
    }
    page.append("</section>\n");
  }

  private static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    return bytes < 1 << 20
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }
}
