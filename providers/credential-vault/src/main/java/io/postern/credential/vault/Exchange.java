package io.postern.credential.vault;

import java.io.Closeable;

/** Asks a server by HTTP. The one way out of this plug-in. Safe for use by several threads. */
interface Exchange extends Closeable {
  /**
   * Asks once. A status other than 2xx is an answer too, and a redirect is not followed.
   *
   * @param acts whether the server does something for it, so that it is never sent twice
   * @return the answer, which the caller closes
   * @throws WireFailure when no whole answer came in time
   */
  WireAnswer ask(Origin origin, WireRequest request, boolean acts, TimeLimit limit)
      throws WireFailure;

  /** Closes every connection, also those in use. */
  @Override
  void close();
}
