package io.postern.examples.quickstart;

import io.postern.credential.Credential;
import io.postern.spi.Settings;

/** Where the credential lives. Postern reaches it through a plug-in, and by nothing else. */
interface Vault extends AutoCloseable {
  /** What it is, in half a sentence. */
  String description();

  /** The plug-in that Postern reaches it with. */
  String plugin();

  /** What that plug-in is told. The secrets in it are the caller's, who gives them to Postern. */
  Settings settings();

  /**
   * Puts the credential of the story's endpoint into it.
   *
   * @return for whom it can be had now, in half a sentence
   */
  String put(Place place, Credential credential);

  /** Takes out what was put into it, where it stays after the story. */
  @Override
  void close();
}
