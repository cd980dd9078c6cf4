package io.postern.core.state;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.text.Text;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Every change of state that a thing knows: from one state by one event to one state. What is not
 * in the table does not happen. Immutable once built.
 *
 * @param <S> the states
 * @param <E> the events
 */
public final class Transitions<S extends Enum<S>, E extends Enum<E>> {
  private final String thing;
  private final Map<S, Map<E, S>> table;

  private Transitions(String thing, Map<S, Map<E, S>> table) {
    this.thing = thing;
    this.table = table;
  }

  /** Begins a table for what people call {@code thing}. */
  public static <S extends Enum<S>, E extends Enum<E>> Builder<S, E> of(
      String thing, Class<S> states) {
    return new Builder<>(thing, states);
  }

  /** Where {@code event} leads from {@code from}; empty when it leads nowhere. */
  public Optional<S> next(S from, E event) {
    return Optional.ofNullable(table.getOrDefault(from, Map.of()).get(event));
  }

  /**
   * Where {@code event} leads from {@code from}.
   *
   * @throws PosternException ILLEGAL_CHANGE naming the thing, its state and the event
   */
  public S require(S from, E event, String id) {
    return next(from, event)
        .orElseThrow(
            () ->
                new PosternException(
                    ErrorCode.ILLEGAL_CHANGE,
                    thing
                        + " "
                        + id
                        + " is "
                        + Text.words(from)
                        + "; '"
                        + Text.words(event)
                        + "' is not possible from there, only "
                        + table.getOrDefault(from, Map.of()).keySet().stream()
                            .map(Text::words)
                            .sorted()
                            .toList()));
  }

  /** Collects the rows of a table. */
  public static final class Builder<S extends Enum<S>, E extends Enum<E>> {
    private final String thing;
    private final Map<S, Map<E, S>> table;

    private Builder(String thing, Class<S> states) {
      this.thing = thing;
      this.table = new EnumMap<>(states);
    }

    public Builder<S, E> on(S from, E event, S to) {
      S before =
          table
              .computeIfAbsent(from, state -> new EnumMap<>(event.getDeclaringClass()))
              .putIfAbsent(event, to);
      if (before != null) {
        throw new IllegalStateException(from + " on " + event + " stands twice in the table");
      }
      return this;
    }

    public Transitions<S, E> build() {
      return new Transitions<>(thing, table);
    }
  }
}
