package io.postern.recording;

import io.postern.session.SessionId;
import java.time.Instant;
import java.util.Optional;

/**
 * What was recorded of one shell or command (rule REC-1).
 *
 * @param id which recording
 * @param session the session it was made in
 * @param name the shell's name, or the command's number and first words
 * @param begunAt when
 * @param sealedAt when it was closed and sealed; empty while it goes on
 * @param sizeBytes the size of the asciicast; 0 while it goes on
 */
public record Recording(
    RecordingId id,
    SessionId session,
    String name,
    Instant begunAt,
    Optional<Instant> sealedAt,
    long sizeBytes) {}
