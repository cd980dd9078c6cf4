package io.postern.credential;

import io.postern.ErrorCode;

/**
 * A credential manager that did not answer (rule LOG-3).
 *
 * @param manager its name as configured
 * @param code why, one of the CREDENTIAL codes
 * @param text the same in words, for the person
 */
public record NoAnswer(String manager, ErrorCode code, String text) {}
