package io.postern.audit;

/**
 * What a check of the audit chain found.
 *
 * @param intact whether every link is right
 * @param entries how many entries were linked and checked
 * @param head the hash of the newest link in hexadecimal; keep it elsewhere to notice a trail that
 *     was cut short
 * @param finding where the first fault is and what it looks like; empty when there is none
 */
public record AuditCheck(boolean intact, long entries, String head, String finding) {}
