package io.postern.core.jump;

import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicy;
import io.postern.jump.Verdict;
import io.postern.person.Person;
import io.postern.session.Tool;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The one place that decides who may do what with an item; every other room asks it. Default no.
 */
public interface Judge {
  /**
   * What the person may do with the item, and why. Empty when there is no such item or it is
   * invisible to them.
   */
  Optional<Verdict> verdict(Tx tx, Person person, JumpItemId item);

  /**
   * Whether a rule lets the person use the item, also while it is offline or disabled: that keeps
   * them from starting it now, and takes no right away. False when there is no such item.
   */
  boolean permits(Tx tx, Person person, JumpItemId item);

  /**
   * Lets the person in, or says why not. Exactly one statement, for {@code Database.readAtOnce}.
   *
   * @throws io.postern.PosternException JUMP_ITEM_NOT_FOUND, NOT_PERMITTED, JUMP_ITEM_OFFLINE,
   *     JUMP_ITEM_DISABLED
   */
  Admission admit(Tx tx, Person person, JumpItemId item);

  /**
   * What is allowed inside a session of {@code owner} on the item, of all policies in force now
   * (rule TOOL-1).
   */
  ToolRights tools(Tx tx, Person owner, JumpItemId item);

  /**
   * Whether the person may read reports of everybody's sessions on the item: a member of its group
   * with {@link io.postern.jump.JumpPermission#VIEW_REPORTS}, or the owner of the personal list
   * that it lies on. False when there is no such item.
   */
  boolean mayViewReports(Tx tx, Person person, JumpItemId item);

  /**
   * The ids of all items of which {@link #mayViewReports} is true, as a query to stand in a
   * statement of another room.
   *
   * @param arguments takes the query's own, in order
   */
  String itemsWithReports(Person person, Dialect dialect, Consumer<Object> arguments);

  /**
   * An item that the person may start, with its terms.
   *
   * @param item the item as it is described
   * @param terms its jump policy, or the standard one
   * @param version changes with every change of the item
   */
  record Admission(JumpItem item, JumpPolicy terms, long version) {}

  /**
   * What is allowed inside.
   *
   * @param allowed the tools; every other is not
   * @param recorded whether recording is demanded
   */
  record ToolRights(Set<Tool> allowed, boolean recorded) {
    public ToolRights {
      allowed = Set.copyOf(allowed);
    }
  }
}
