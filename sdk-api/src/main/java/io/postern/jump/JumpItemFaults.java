package io.postern.jump;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a jump item, all at once. For one item, on one thread. */
final class JumpItemFaults {
  private final List<String> faults = new ArrayList<>();

  /** Each fault as a sentence. */
  List<String> of(JumpItem item) {
    length("name", item.name(), 1, 200);
    length("host", item.host(), 1, 253);
    length("comments", item.comments(), 0, 4_000);
    length("tag", item.tag(), 0, 200);
    length("public IP", item.publicIp(), 0, 200);
    length("private IP", item.privateIp(), 0, 200);
    length("operating system", item.operatingSystem(), 0, 200);
    place(item);
    if (item.group().isPresent() == item.personalListOf().isPresent()) {
      faults.add("an item lies either in a group or on a personal list; name one of the two");
    }
    item.attributes().forEach(this::attribute);
    return faults;
  }

  private void place(JumpItem item) {
    String method = item.method();
    if (!method.matches("[a-z][a-z0-9-]*")) {
      faults.add(
          "method '" + method + "' is no connector's name (lower-case letters, digits, hyphens)");
    }
    String host = item.host();
    if (host.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))
        || host.startsWith("-")) {
      faults.add("host '" + host + "' is no host name or address");
    }
    int port = item.port();
    if (port < 1 || port > 65_535) {
      faults.add("port must be 1 to 65535, was " + port);
    }
  }

  private void attribute(String code, String value) {
    if (!code.matches("[a-z][a-z0-9_]{0,63}")) {
      faults.add("attribute '" + code + "' is no code name (lower-case letters, digits, _)");
    }
    length("attribute '" + code + "'", value, 0, 1_000);
  }

  private void length(String what, String text, int least, int most) {
    if (text.length() < least || text.length() > most) {
      faults.add(
          what + " must have " + least + " to " + most + " characters, has " + text.length());
    }
  }
}
