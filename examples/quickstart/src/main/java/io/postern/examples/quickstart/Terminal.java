package io.postern.examples.quickstart;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** The terminal that a person sits at, if there is one. */
interface Terminal {
  boolean isThere();

  /** Asks for a secret, which is not shown while it is typed. Empty when nothing is. */
  char[] ask(String prompt);

  static Terminal ofThisProcess() {
    Console console = System.console();
    return new Terminal() {
      @Override
      public boolean isThere() {
        return console != null && isTerminal(console);
      }

      @Override
      public char[] ask(String prompt) {
        char @Nullable [] typed = console == null ? null : console.readPassword("%s", prompt);
        return typed == null ? new char[0] : typed;
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
