package io.postern.credential;

import io.postern.ErrorCode;
import java.time.Instant;

/**
 * A credential manager that failed when it was asked anew, and whose last good answer is shown
 * instead (rule ECM-10).
 *
 * @param manager its name as configured
 * @param since when it gave the answer that is shown
 * @param code why there is no newer one
 * @param text the same in words, for the person
 */
public record StaleAnswer(String manager, Instant since, ErrorCode code, String text) {}
