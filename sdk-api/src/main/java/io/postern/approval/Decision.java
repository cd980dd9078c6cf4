package io.postern.approval;

import java.time.Instant;

/**
 * One approver's decision, as other approvers see it (rule REQ-7).
 *
 * @param decider the approver's id, or the e-mail address of one who is known only by it
 * @param email the approver's e-mail address, or an empty text
 * @param approved yes or no
 * @param comment what they said, or an empty text
 * @param at when
 */
public record Decision(
    String decider, String email, boolean approved, String comment, Instant at) {}
