package io.postern.core.plugin;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is wrong with a configuration, gathered so that it is said in one round. Used by one thread.
 */
public final class Problems {
  private final List<PosternException> found = new ArrayList<>();

  public void add(PosternException problem) {
    found.add(problem);
  }

  /** Adds what is wrong with the settings of one kind of thing; nothing when nothing is. */
  public void addSettings(String what, List<String> faults) {
    if (!faults.isEmpty()) {
      add(new PosternException(ErrorCode.SETTINGS_INVALID, what, faults));
    }
  }

  /** What {@code look} finds; empty when it throws, which is a problem more. */
  public <T> Optional<T> look(Supplier<T> look) {
    try {
      return Optional.of(look.get());
    } catch (PosternException e) {
      add(e);
      return Optional.empty();
    }
  }

  /**
   * Goes on only when nothing is wrong.
   *
   * @throws PosternException the problem itself when it is the only one; else SETTINGS_INVALID with
   *     the faults of all
   */
  public void requireNone() {
    if (found.size() == 1) {
      throw found.get(0);
    }
    if (found.isEmpty()) {
      return;
    }
    List<String> faults = new ArrayList<>();
    for (PosternException problem : found) {
      faults.addAll(
          problem.faults().isEmpty()
              ? List.of(String.valueOf(problem.getMessage()))
              : problem.faults());
    }
    PosternException all =
        new PosternException(
            ErrorCode.SETTINGS_INVALID, "Postern cannot be built as it is configured", faults);
    found.forEach(all::addSuppressed);
    throw all;
  }
}
