package dev.weir.config.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private final Catalogue catalogue =
      new Catalogue(Set.copyOf(Catalogue.PRESET_LANES), Set.of(Catalogue.DEFAULT_BULKHEAD));

  @Test
  void gives_no_two_settings_the_same_name_in_the_environment() {
    List<String> variables = catalogue.paths().map(Catalogue::variable).toList();

    assertThat(variables).doesNotHaveDuplicates().hasSizeGreaterThan(25);
  }

  @Test
  void finds_every_setting_by_its_variable() {
    assertThat(catalogue.paths())
        .allSatisfy(
            path -> assertThat(catalogue.meantBy(Catalogue.variable(path))).containsExactly(path));
  }

  @Test
  void takes_a_new_bulkhead_in_its_one_spelling() {
    assertThat(catalogue.meantBy("WEIR_BULKHEADS_A_B_QUEUE"))
        .containsExactly("bulkheads.a-b.queue");
    assertThat(catalogue.meantBy("WEIR_BULKHEADS__QUEUE")).isEmpty();
    assertThat(catalogue.meantBy("weir_bulkheads_a_queue")).isEmpty();
  }

  @Test
  void knows_a_file_for_every_secret() {
    assertThat(Catalogue.secrets())
        .isNotEmpty()
        .map(secret -> secret.replace(Key.NAME, "batch"))
        .allSatisfy(
            secret -> {
              assertThat(Catalogue.isSecret(secret)).isTrue();
              assertThat(Catalogue.isSecret(secret + "-file")).isFalse();
              assertThat(catalogue.find(secret + "-file")).isPresent();
            });
  }
}
