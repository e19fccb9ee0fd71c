package dev.weir.pool.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the text of statements tells of what they leave behind. */
@Tag("faults")
class ResidueTest {

  private final Residue residue = new Residue();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET work_mem = '1MB' | settings",
        "  set session statement_timeout to 5 | settings",
        "/* why */ set timezone to 'UTC' | settings",
        "-- why\\n reset all | settings",
        "select 1; set work_mem = '1MB' | settings",
        "select set_config('app.tenant', ?, false) | settings",
        "DISCARD ALL | 'settings, another role'",
        "SET ROLE reader | another role",
        "reset role | another role",
        "select set_config('role', 'x', false) | another role",
        "select set_config(?, ?, false) | another role",
        "set session authorization reader | another role",
        "select pg_advisory_lock(1) | advisory locks",
        "SELECT pg_try_advisory_lock_shared(1, 2) | advisory locks",
        "listen channel | LISTEN",
        "create temp table t (a int) | temporary tables",
        "CREATE OR REPLACE LOCAL TEMPORARY VIEW v AS SELECT 1 | temporary tables",
        "select * into temp t from x | temporary tables",
        "create table pg_temp.t (a int) | temporary tables",
        "declare c cursor with hold for select 1 | cursors",
        "prepare p as select 1 | prepared statements",
        "Create Temp Table t (a int) | temporary tables",
        "Declare c Cursor With Hold For Select 1 | cursors",
        "Select Pg_Advisory_Lock(1) | advisory locks",
        "Select Set_Config('role', 'x', false) | another role",
        "select set_config('a.b', 'x', false), set_config ( 'Role', 'x', false)"
            + " | 'settings, another role'",
        "select set_config ( 'a.b', 'x', false), set_config( 'c.d', 'x', false) | settings",
      })
  void is_seen(String sql, String kind) {
    residue.saw(sql.replace("\\n", "\n"));
    assertThat(residue.isAny()).isTrue();
    assertThat(residue.text(false)).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1",
        "select temperature, attempts from templates",
        "update t set a = 1 where b = 2",
        "set local work_mem = '1MB'",
        "set local role reader",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "set constraints all deferred",
        "select pg_advisory_xact_lock(1)",
        "select pg_advisory_unlock(1)",
        "insert into settings values ('a; set b')",
        "select 1; select ';set a = 1'",
        "declare c cursor for select 1",
        "prepare transaction 'x'",
        "lock table t",
        "rollback to savepoint a",
        "do $$ begin perform 1; end $$",
        "",
        ";",
        "se",
      })
  void is_not_seen_where_there_is_none(String sql) {
    residue.saw(sql);
    assertThat(residue.isAny()).as(sql).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET a.b = 1 | RESET ALL;SET application_name = 'it''s';RESET ROLE;",
        "prepare p as select 1 | DEALLOCATE P;",
        "prepare p as select 1; deallocate p | ''",
        "prepare p as select 1; deallocate all | ''",
        "listen a; select pg_advisory_lock(1) |"
            + " SELECT pg_catalog.pg_advisory_unlock_all();UNLISTEN *;",
      })
  void is_reset_by_what_it_needs(String sql, String reset) {
    residue.saw(sql);
    assertThat(residue.reset("it's")).isEqualTo(reset);
  }
}
