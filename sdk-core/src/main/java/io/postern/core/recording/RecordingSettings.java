package io.postern.core.recording;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * Where recordings are kept.
 *
 * @param directory made when the first recording begins, readable by this process's account only;
 *     best on a disk of its own, because a full one stops what must be recorded
 */
public record RecordingSettings(Path directory) {
  public RecordingSettings {
    requireNonNull(directory, "directory");
    directory = directory.toAbsolutePath().normalize();
  }
}
