package dev.weir.pool.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionControlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COMMIT",
        "rollback",
        "End",
        "ABORT",
        "abort work",
        "COMMIT; BEGIN",
        "COMMIT AND CHAIN",
        "rollback and no chain",
        "/*x*/commit",
        "/* nested /* comment */ */ commit",
        "-- a remark\ncommit",
        "  \n\t commit ; ",
        "PREPARE TRANSACTION 'x'",
        "prepare /* not a statement */ transaction 'x'",
        "select 1; commit",
        "select ';'; commit",
        "select $$;$$; rollback",
        "select \";\"; end",
        ";commit"
      })
  void what_ends_a_transaction_is_found(String sql) {
    assertThat(TransactionControl.in(sql)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ";",
        "-- commit",
        "/* commit",
        "select 1",
        "select 'a; commit'",
        "select \"a; commit\" from x",
        "select $q$; commit $q$",
        "select 1 -- ; commit",
        "select 1 /* ; commit */; select 2",
        "committed",
        "comment on table item is 'commit'",
        "rollback to one",
        "rollback work to savepoint one",
        "abort_me()",
        "rollback transaction to one",
        "prepare one as select 1",
        "execute one",
        "call something()",
        "do $$ begin commit; end $$",
        "create function f() returns int begin atomic select 1; end",
        "savepoint one; release one",
        "select '"
      })
  void what_ends_none_is_let_through(String sql) {
    assertThat(TransactionControl.in(sql)).isNull();
  }
}
