package io.postern.core.store;

/** Rows that tests need so that other rows may point to them. */
public final class Catalog {
  private Catalog() {}

  /** A jump item in a group that is there. */
  public static void item(Tx tx, String id, String group) {
    tx.run(
        "insert into jump_item (id, name, name_sort, method, host, port, group_id, comments, tag,"
            + " public_ip, private_ip, operating_system, places, cleanup, disabled, status,"
            + " host_key_trust, search_text, version)"
            + " values (?, ?, ?, 'ssh', 'h', 22, ?, '', '', '', '', '', 1, 0, 0, 'UNKNOWN', '', ?, 1)",
        id,
        id,
        id,
        group,
        id);
  }
}
