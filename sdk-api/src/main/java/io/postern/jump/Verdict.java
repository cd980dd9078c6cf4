package io.postern.jump;

/**
 * What a person may do with an item, and why (rule CAT-11).
 *
 * @param visible whether the item exists for the person
 * @param startable whether a session may be asked for now
 * @param rule which rule decided, such as {@code membership of group 'databases'}
 * @param explanation the decision as a sentence
 * @param remedy what would make it allowed; empty where it is
 */
public record Verdict(
    boolean visible, boolean startable, String rule, String explanation, String remedy) {}
