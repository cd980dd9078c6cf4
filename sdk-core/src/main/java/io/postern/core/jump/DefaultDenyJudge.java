package io.postern.core.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpPermission;
import io.postern.jump.Verdict;
import io.postern.person.Person;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Decides by the rows of now. What no rule allows is refused; what is not visible is not there. */
final class DefaultDenyJudge implements Judge {
  @Inject
  DefaultDenyJudge() {}

  @Override
  public Optional<Verdict> verdict(Tx tx, Person person, JumpItemId item) {
    return ItemRows.find(tx, item)
        .map(row -> Verdicts.of(tx, person, row))
        .filter(Verdict::visible);
  }

  @Override
  public boolean permits(Tx tx, Person person, JumpItemId item) {
    return ItemRows.find(tx, item)
        .flatMap(row -> Verdicts.admittingRule(tx, person, row.item()))
        .isPresent();
  }

  @Override
  public Admission admit(Tx tx, Person person, JumpItemId item) {
    Standing standing =
        Standing.find(tx, person, item)
            .filter(found -> Rights.sees(person, found))
            .orElseThrow(() -> notFound(item));
    ItemRow row = standing.row();
    Verdict verdict = Verdicts.of(person, row, standing.memberships());
    if (!verdict.startable()) {
      throw new PosternException(
          reason(person, standing),
          verdict.explanation() + "; to change this: " + verdict.remedy());
    }
    return new Admission(row.item(), standing.terms(), row.version());
  }

  /** A right that lacks is said before the state of the item, which it would not change. */
  private static ErrorCode reason(Person person, Standing standing) {
    ItemRow row = standing.row();
    if (Verdicts.admittingRule(person, row.item(), standing.memberships()).isEmpty()) {
      return ErrorCode.NOT_PERMITTED;
    }
    return row.status() == JumpItemStatus.DISABLED
        ? ErrorCode.JUMP_ITEM_DISABLED
        : ErrorCode.JUMP_ITEM_OFFLINE;
  }

  /** The item, unless there is none for this person; both cases have one answer (rule VIS-2). */
  static ItemRow visible(Tx tx, Person person, JumpItemId item) {
    return ItemRows.find(tx, item)
        .filter(row -> Rights.sees(tx, person, row.item()))
        .orElseThrow(() -> notFound(item));
  }

  static PosternException notFound(JumpItemId item) {
    return new PosternException(
        ErrorCode.JUMP_ITEM_NOT_FOUND,
        "there is no jump item '" + item + "' that you may see; search for it, or ask for access");
  }

  @Override
  public boolean mayViewReports(Tx tx, Person person, JumpItemId item) {
    return ItemRows.find(tx, item)
        .filter(row -> Rights.in(tx, person, row.item()).contains(JumpPermission.VIEW_REPORTS))
        .isPresent();
  }

  @Override
  public String itemsWithReports(Person person, Dialect dialect, Consumer<Object> arguments) {
    Condition inGroups = Rights.inGroupsPermitting(JumpPermission.VIEW_REPORTS, person, dialect);
    Condition onOwnList = Rights.onOwnList(person);
    List.of(inGroups.arguments(onOwnList.arguments())).forEach(arguments);
    return "select i.id from jump_item i where "
        + inGroups.sql()
        + " union all select i.id from jump_item i where "
        + onOwnList.sql();
  }

  @Override
  public ToolRights tools(Tx tx, Person owner, JumpItemId item) {
    // An item that was removed may have forbidden something; that must not become allowed thereby.
    return ItemRows.find(tx, item)
        .map(row -> PoliciesInForce.inForce(tx, owner, row.item()))
        .orElseGet(() -> new ToolRights(Set.of(), true));
  }
}
