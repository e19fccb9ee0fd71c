package dev.weir.monitoring.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost", "LocalHost:8081", "app.localhost", "a.b.localhost:1", "127.0.0.1",
        "127.0.0.1:8081", "10.1.2.3:80", "[::1]", "[::1]:8081", "[fe80::1]:80"
      })
  void that_nobody_can_point_here_pass(String host) {
    assertThat(Hosts.isLocal(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "evil.example", "evil.example:8081", "localhost.evil.example", "evil-localhost",
        "127.0.0.1.evil.example", "localhost:x", "localhost evil", "localhost.", "127.0.0.1\n",
        "::1", "[evil]", "localhost:123456"
      })
  void that_anybody_may_own_do_not(String host) {
    assertThat(Hosts.isLocal(host)).isFalse();
  }
}
