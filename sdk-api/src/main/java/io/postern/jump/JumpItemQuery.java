package io.postern.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which items are wanted: a text anywhere in them and conditions on single fields, combined by AND
 * (rule CAT-7). Case never matters. Immutable; the methods give changed copies.
 */
public final class JumpItemQuery {
  /** A field of an item that can be asked for by itself. */
  public enum Field {
    /** What people read. */
    NAME,
    /** The connector by which it is reached. */
    METHOD,
    /** Host name or address. */
    HOST,
    /** The comments. */
    COMMENTS,
    /** The tag. */
    TAG,
    /** The public address. */
    PUBLIC_IP,
    /** The private address. */
    PRIVATE_IP
  }

  /**
   * One condition.
   *
   * @param value what is asked for
   * @param prefix whether the field may go on after it
   */
  public record Condition(String value, boolean prefix) {}

  private final String text;
  private final Map<Field, Condition> fields;
  private final Map<String, Condition> attributes;
  private final Optional<JumpGroupId> group;

  private JumpItemQuery(
      String text,
      Map<Field, Condition> fields,
      Map<String, Condition> attributes,
      Optional<JumpGroupId> group) {
    if (text.length() > 500) {
      throw new PosternException(
          ErrorCode.QUERY_INVALID,
          "a search text has at most 500 characters, this has " + text.length());
    }
    this.text = text;
    this.fields = Map.copyOf(fields);
    this.attributes = Map.copyOf(attributes);
    this.group = group;
  }

  /** Every item that the person may see. */
  public static JumpItemQuery all() {
    return new JumpItemQuery("", Map.of(), Map.of(), Optional.empty());
  }

  /**
   * Each word of {@code text} must stand somewhere in name, host, comments, tag, public or private
   * IP or a custom attribute.
   */
  public JumpItemQuery text(String words) {
    return new JumpItemQuery(words, fields, attributes, group);
  }

  /** The field must be {@code value}. */
  public JumpItemQuery where(Field field, String value) {
    return condition(field, new Condition(value, false));
  }

  /** The field must begin with {@code value}. */
  public JumpItemQuery whereStarts(Field field, String value) {
    return condition(field, new Condition(value, true));
  }

  /** The custom attribute must be {@code value}. */
  public JumpItemQuery whereAttribute(String codeName, String value) {
    Map<String, Condition> more = new TreeMap<>(attributes);
    more.put(codeName, new Condition(value, false));
    return new JumpItemQuery(text, fields, more, group);
  }

  /** Only items of this group. */
  public JumpItemQuery in(JumpGroupId jumpGroup) {
    return new JumpItemQuery(text, fields, attributes, Optional.of(jumpGroup));
  }

  private JumpItemQuery condition(Field field, Condition condition) {
    Map<Field, Condition> more = new TreeMap<>(fields);
    more.put(field, condition);
    return new JumpItemQuery(text, more, attributes, group);
  }

  /** The words of the search text. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    for (String word : text.strip().split("\\s+", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  /** The conditions on single fields. */
  public Map<Field, Condition> fields() {
    return fields;
  }

  /** The conditions on custom attributes, by code name. */
  public Map<String, Condition> attributes() {
    return attributes;
  }

  /** In which group; empty for any, and for personal lists. */
  public Optional<JumpGroupId> group() {
    return group;
  }
}
