package io.postern.tck;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;

/**
 * What came of a run of the kit.
 *
 * @param broken the ids of the rules that it says are broken, with the first text of each
 * @param aborted the tests that were aborted, with the reasons
 * @param passed how many tests passed
 */
record Outcome(Map<String, String> broken, Map<String, String> aborted, int passed) {
  static Outcome of(CredentialProviderTck kit) {
    return of(kit, topic -> true);
  }

  /** Of the tests of some topics alone. */
  static Outcome of(CredentialProviderTck kit, Predicate<String> topics) {
    Map<String, String> broken = new TreeMap<>();
    Map<String, String> aborted = new LinkedHashMap<>();
    int passed = 0;
    List<DynamicContainer> asked =
        kit.rules().filter(topic -> topics.test(topic.getDisplayName())).toList();
    for (DynamicContainer topic : asked) {
      for (DynamicNode node : topic.getChildren().toList()) {
        DynamicTest test = (DynamicTest) node;
        try {
          test.getExecutable().execute();
          passed++;
        } catch (RuleBroken e) {
          broken.putIfAbsent(e.rule().id(), test.getDisplayName() + ": " + e.getMessage());
        } catch (TestAbortedException e) {
          aborted.put(test.getDisplayName(), String.valueOf(e.getMessage()));
        } catch (Throwable e) {
          throw new AssertionError(test.getDisplayName() + " failed otherwise", e);
        }
      }
    }
    return new Outcome(broken, aborted, passed);
  }

  /** Also those of SHOULD, whose tests are aborted. */
  Set<String> rules() {
    Set<String> rules = new TreeSet<>(broken.keySet());
    aborted.values().stream()
        .filter(text -> text.startsWith("CP-"))
        .map(text -> text.substring(0, text.indexOf(' ')))
        .forEach(rules::add);
    return rules;
  }
}
