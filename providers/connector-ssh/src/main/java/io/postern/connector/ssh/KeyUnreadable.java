package io.postern.connector.ssh;

/** A private key that cannot be read; says why in words that show nothing of the key. */
final class KeyUnreadable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeyUnreadable(String why) {
    super(why);
  }
}
