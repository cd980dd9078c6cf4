package io.postern.examples.quickstart;

import io.postern.credential.Credential;
import io.postern.spi.Settings;
import java.util.Optional;

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

  /**
   * Takes out what was put into it, if it would stay there after the story. A second time it does
   * nothing.
   *
   * @return what became of it, in half a sentence; empty when there was nothing to take out
   */
  Optional<String> remove();

  /** Also when the story ends early nothing stays that is not this example's. */
  @Override
  void close();
}
