package io.postern.spi.credential;

import java.time.Instant;

/**
 * Asks whether the store answers.
 *
 * @param deadline nobody waits for the answer after this instant
 */
public record HealthCheck(Instant deadline) {}
