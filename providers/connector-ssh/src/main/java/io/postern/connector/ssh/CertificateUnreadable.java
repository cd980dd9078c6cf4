package io.postern.connector.ssh;

/** A certificate cannot be used, and the text says why, as part of a sentence. */
final class CertificateUnreadable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CertificateUnreadable(String why) {
    super(why);
  }
}
