package io.postern.benchmarks;

import io.postern.Postern;
import io.postern.core.PosternBuilder;
import io.postern.jump.Catalog;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPermission;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.Occupancy;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.session.Tool;
import io.postern.spi.directory.PersonDirectory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The site that is measured: one person, in one group, who may start every item of one jump group
 * under a policy that asks nobody. Items are exclusive and called 1, 2, 3 and so on.
 */
public final class Site implements PersonDirectory {
  public static final PersonId MAYA = PersonId.of("maya");
  private static final PersonId ADAM = PersonId.of("adam");

  private final Map<PersonId, Person> people =
      Map.of(
          MAYA, Person.named("maya", "Maya Ito").memberOf("ops").build(),
          ADAM, Person.named("adam", "Adam Root").with(Privilege.values()).build());

  @Override
  public Optional<Person> find(PersonId id) {
    return Optional.ofNullable(people.get(id));
  }

  @Override
  public List<Person> members(GroupId group) {
    return people.values().stream().filter(person -> person.is(group)).toList();
  }

  /** Makes the schema, the policy, the group and item 1, as an administrator does. */
  public void begin(PosternBuilder builder) {
    try (Postern postern = builder.build()) {
      Catalog catalog = postern.as(ADAM).catalog();
      catalog.save(JumpGroup.of("servers").with(GroupId.of("ops"), JumpPermission.START));
      catalog.save(JumpPolicy.named("direct").build());
      catalog.save(SessionPolicy.named("shells").allow(Tool.SHELL, Tool.COMMANDS));
      catalog.save(
          JumpItem.reachedBy("ssh", "1", "127.0.0.1", 22)
              .in(JumpGroupId.of("servers"))
              .terms(JumpPolicyId.of("direct"))
              .allowing(SessionPolicyId.of("shells"))
              .occupancy(Occupancy.exclusive(Duration.ZERO))
              .build());
    }
  }

  /** Copies item 1 until there are so many; the same statement for both engines. */
  static void copyItems(Connection connection, int items) throws SQLException {
    StringBuilder columns = new StringBuilder();
    StringBuilder values = new StringBuilder();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery("select * from jump_item where id = '1'")) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          String column = rows.getMetaData().getColumnName(i);
          if (column.equals("number")) {
            continue;
          }
          columns.append(columns.isEmpty() ? "" : ", ").append(column);
          values
              .append(values.isEmpty() ? "" : ", ")
              .append(column.equals("id") ? "cast(n.i as text)" : "j." + column);
        }
      }
      statement.executeUpdate(
          "insert into jump_item ("
              + columns
              + ") with recursive n (i) as (select 2 union all select i + 1 from n where i < "
              + items
              + ") select "
              + values
              + " from jump_item j, n where j.id = '1'");
    }
  }
}
