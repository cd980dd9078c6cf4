package io.postern.approval;

import static java.util.Objects.requireNonNull;

/**
 * A one-time right to decide one request, sent to an approver by e-mail. 256 random bits in Base64
 * without padding; kept in the store only as a hash (rule REQ-5). Its text form shows nothing.
 */
public record DecisionToken(String value) {
  public DecisionToken {
    requireNonNull(value, "value");
  }

  @Override
  public String toString() {
    return "DecisionToken[*]";
  }
}
