package io.postern.core.plugin;

/** Who hears what was found. */
public interface Findings {
  /** What is looked at next. */
  void heading(String text);

  /** Something is as it should be. */
  void good(String text);

  /** Something to know. */
  void note(String text);

  /** Something could not be tried, and why; it is wrong for all that is known. */
  void untried(String text);

  /** Something is wrong; and what to do, where that can be said. */
  void wrong(String text, String todo);
}
