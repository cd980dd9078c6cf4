package io.postern.tck;

/**
 * One test of the kit.
 *
 * @param rule what it looks at first; what it needs on the way may show another broken
 * @param shows the rule in a sentence, for the reports of tests
 * @param run throws {@link RuleBroken}, or {@link org.opentest4j.TestAbortedException} when there
 *     is nothing to look at
 */
record Check(SpiRule rule, String shows, Run run) {
  /** The test itself. */
  @FunctionalInterface
  interface Run {
    void on(Subject subject) throws Exception;
  }

  String title() {
    return rule.id() + " " + rule.level + " " + shows;
  }
}
