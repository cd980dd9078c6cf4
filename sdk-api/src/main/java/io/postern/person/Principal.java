package io.postern.person;

/** Whom a right is given to: one person or everyone in a group. */
public sealed interface Principal permits PersonId, GroupId {
  /** The identifier without its kind. */
  String value();
}
