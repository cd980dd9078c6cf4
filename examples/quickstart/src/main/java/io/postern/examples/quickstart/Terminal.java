package io.postern.examples.quickstart;

import java.io.Console;
import java.util.Optional;

/** The terminal that a person sits at, if there is one. */
interface Terminal {
  boolean isThere();

  /** Asks for a secret, which is not shown while it is typed. Empty when nothing is. */
  char[] ask(String prompt);

  static Terminal ofThisProcess() {
    Optional<Console> console = Optional.ofNullable(System.console()).filter(Terminal::isTerminal);
    return new Terminal() {
      @Override
      public boolean isThere() {
        return console.isPresent();
      }

      @Override
      public char[] ask(String prompt) {
        return console.map(asked -> asked.readPassword("%s", prompt)).orElse(new char[0]);
      }
    };
  }

  /** From JDK 22 on there may be a console without a terminal, and a method that says so. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
