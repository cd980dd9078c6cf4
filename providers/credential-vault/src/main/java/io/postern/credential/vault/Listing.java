package io.postern.credential.vault;

import io.github.jopenlibs.vault.response.LogicalResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Names what lies in folders of a key-value engine, up to a limit. For one question. */
final class Listing {
  private final KvSettings settings;
  private final Vault vault;
  private final Driver driver;
  private final TimeLimit limit;
  private int seen;

  Listing(KvSettings settings, Vault vault, Driver driver, TimeLimit limit) {
    this.settings = settings;
    this.vault = vault;
    this.driver = driver;
    this.limit = limit;
  }

  /** The secrets in a folder and below; or the one that is named, as far as that can be seen. */
  List<String> paths(String name) {
    if (!name.endsWith("/")) {
      // Version 2 tells by its metadata whether there is one. Version 1 has its folder to ask.
      return settings.versioned() || isListed(name) ? List.of(name) : List.of();
    }
    List<String> paths = new ArrayList<>();
    Deque<String> folders = new ArrayDeque<>(List.of(name));
    while (!folders.isEmpty()) {
      String folder = folders.pop();
      for (String child : children(folder)) {
        String path = folder + child;
        if (!Paths.isSafe(path)) {
          continue; // A name with signs that lead elsewhere is nothing that is offered.
        }
        if (child.endsWith("/")) {
          folders.add(path);
        } else {
          paths.add(path);
        }
      }
    }
    return paths;
  }

  private boolean isListed(String name) {
    int slash = name.lastIndexOf('/') + 1;
    return children(name.substring(0, slash)).contains(name.substring(slash));
  }

  private List<String> children(String folder) {
    LogicalResponse response =
        driver.list(settings.folder(folder), "listing folder '" + folder + "'", limit);
    List<String> names = response == null ? List.of() : response.getListData();
    seen += Math.max(1, names.size());
    if (seen > settings.most()) {
      // Fewer than there are would look like all there are.
      throw vault
          .faults()
          .misconfigured(
              "more than "
                  + settings.most()
                  + " secrets and folders would have to be looked at; narrow 'kv-paths' down, such"
                  + " as to 'postern/{item}/', or raise 'find-limit'",
              "folder=" + folder);
    }
    return names;
  }
}
