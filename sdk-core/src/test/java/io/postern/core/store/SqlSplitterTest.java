package io.postern.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlSplitterTest {
  @Test
  void split_atSemicolonsThatEndAStatement_only() {
    assertThat(
            SqlSplitter.split(
                """
                -- a comment; with a semicolon
                create table a (b text default ';', "c;d" text);
                /* and; another */ insert into a values ('it''s; fine');
                create trigger t after insert on a begin
                  update a set b = case when 1 then 'begin' else 'end;' end;
                  delete from a;
                end;
                create function f() returns int as $body$ begin; return 1; end; $body$ language plpgsql;
                select 1
                """))
        .hasSize(5)
        .element(2)
        .asString()
        .startsWith("create trigger")
        .endsWith("end");
  }

  @Test
  void split_ofNothing_isNothing() {
    assertThat(SqlSplitter.split("-- nothing\n;;\n")).isEmpty();
  }
}
