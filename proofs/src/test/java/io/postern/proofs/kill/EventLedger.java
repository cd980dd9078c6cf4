package io.postern.proofs.kill;

import io.postern.spi.event.Event;
import io.postern.spi.event.EventListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A listener whose file outlives every process: a line for each event, in the order they came. */
record EventLedger(Path file) implements EventListener {
  @Override
  public void on(Event event) throws IOException {
    Files.writeString(
        file, event.position() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  List<Long> positions() throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(Long::valueOf).toList();
    }
  }
}
