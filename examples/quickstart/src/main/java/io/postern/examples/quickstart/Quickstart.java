package io.postern.examples.quickstart;

/** A whole session, end to end. */
public final class Quickstart {
  private Quickstart() {}

  public static void main(String[] args) {
    System.out.println("Postern quickstart");
  }
}
