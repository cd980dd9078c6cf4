package io.postern.credential;

/**
 * A credential that is matched and not offered, and why (rules LOG-5, CAT-11).
 *
 * @param candidate which one; its holder is not looked up
 * @param by the first of those that come before it
 * @param why the same as a sentence, for the person
 */
public record HiddenCandidate(Candidate candidate, CandidateId by, String why) {}
