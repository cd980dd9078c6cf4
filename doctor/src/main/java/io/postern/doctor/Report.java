package io.postern.doctor;

import io.postern.core.plugin.Findings;
import io.postern.credential.Secret;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the doctor says, line by line. No line holds a secret: where a plug-in's text does, that is
 * a finding of its own. Used by one thread.
 */
final class Report implements Findings {
  private final PrintStream out;
  private final List<Secret> secrets = new ArrayList<>();
  private final Set<String> untried = new LinkedHashSet<>();
  private int wrong;

  Report(PrintStream out) {
    this.out = out;
  }

  /** Never prints this one, whoever put it into a text. */
  void keep(Secret secret) {
    secrets.add(secret);
  }

  @Override
  public void heading(String text) {
    print("", text);
  }

  @Override
  public void good(String text) {
    print("  ok     ", text);
  }

  @Override
  public void note(String text) {
    print("  note   ", text);
  }

  @Override
  public void wrong(String text, String todo) {
    wrong++;
    print("  WRONG  ", text);
    if (!todo.isEmpty()) {
      print("         do: ", todo);
    }
  }

  @Override
  public void untried(String text) {
    if (secrets.stream().noneMatch(secret -> holds(text, secret))) {
      untried.add(text);
    }
  }

  int wrong() {
    return wrong;
  }

  /**
   * Says what comes of it all; that nothing is wrong only where everything was tried. Nothing that
   * it says holds a secret, so that they may be closed by now.
   */
  void end() {
    String tried = untried.isEmpty() ? "" : " with what was tried";
    out.println();
    out.println(
        wrong == 0
            ? "Nothing is wrong" + tried + "."
            : wrong == 1 ? "1 thing is wrong." : wrong + " things are wrong.");
    if (!untried.isEmpty()) {
      out.println("Not tried: " + String.join("; ", untried) + ".");
    }
  }

  private void print(String before, String text) {
    if (secrets.stream().anyMatch(secret -> holds(text, secret))) {
      wrong++;
      out.println(
          "  WRONG  a text of the plug-in holds the value of a secret setting; it is not shown");
      out.println("         do: tell its vendor: no text may hold a secret (rule ECM-3)");
      return;
    }
    out.println(before + text.stripTrailing().replace("\n", "\n         "));
  }

  private static boolean holds(String text, Secret secret) {
    byte[] line = text.getBytes(StandardCharsets.UTF_8);
    return secret.use(bytes -> contains(line, bytes));
  }

  private static boolean contains(byte[] line, ByteBuffer secret) {
    int length = secret.remaining();
    for (int i = 0; length > 0 && i + length <= line.length; i++) {
      if (ByteBuffer.wrap(line, i, length).equals(secret)) {
        return true;
      }
    }
    return false;
  }
}
