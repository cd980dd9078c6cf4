package io.postern.jump;

/**
 * What is done with a host key that is not enrolled. A key that differs from an enrolled one is
 * refused always.
 */
public enum HostKeyTrust {
  /** It is refused (rule INJ-5). The default. */
  ENROLLED_ONLY,
  /**
   * The first key that is seen is enrolled, and audited. Whoever is between here and the host then
   * wins once.
   */
  TRUST_ON_FIRST_USE
}
