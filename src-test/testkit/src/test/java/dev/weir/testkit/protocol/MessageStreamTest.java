package dev.weir.testkit.protocol;

import static dev.weir.testkit.wire.MessagePattern.commit;
import static dev.weir.testkit.wire.MessagePattern.committed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.network.Inspection;
import dev.weir.testkit.network.Outlet;
import dev.weir.testkit.wire.Direction;
import dev.weir.testkit.wire.Message;
import dev.weir.testkit.wire.MessagePattern;
import dev.weir.testkit.wire.MessageType;
import dev.weir.testkit.wire.ProxyRule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageStreamTest {
  private static final String STARTUP = untyped(3 << 16, "user\0me\0\0");
  private static final String SSL_REQUEST = untyped(80_877_103, "");
  private static final String PREPARED =
      message('P', "S_1\0COMMIT\0\0\0") + message('B', "\0S_1\0\0\0\0\0\0\0") + message('D', "P\0");
  private static final String EXECUTE = message('E', "\0\0\0\0\0");
  private static final String EXTENDED_COMMIT = PREPARED + EXECUTE + message('S', "");

  private final RuleBook rules = new RuleBook();
  private final Inspection inspection = rules.inspection(1);
  private final Sink server = new Sink();
  private final Sink client = new Sink();
  private final Outlet toServer = inspection.before(Direction.TO_SERVER, server);
  private final Outlet toClient = inspection.before(Direction.TO_CLIENT, client);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 13, 1_000})
  void cuts_at_the_same_byte_however_the_bytes_come(int piece) throws Exception {
    ProxyRule rule = rules.cutBefore(commit());
    send(toServer, STARTUP + EXTENDED_COMMIT, piece);
    assertThat(rule.times()).isOne();
    assertThat(server.cut).isTrue();
    assertThat(server.text()).isEqualTo(STARTUP + PREPARED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 1_000})
  void cuts_after_the_last_byte_of_the_message(int piece) throws Exception {
    ProxyRule rule = rules.cutAfter(commit());
    send(toServer, STARTUP + EXTENDED_COMMIT, piece);
    assertThat(rule.times()).isOne();
    assertThat(server.text()).isEqualTo(STARTUP + PREPARED + EXECUTE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000})
  void tells_each_message_once_and_passes_every_byte(int piece) throws Exception {
    List<Message> seen = record();
    String said =
        STARTUP
            + message('Q', "SELECT 1\0")
            + EXTENDED_COMMIT
            + message('C', "SS_1\0")
            + message('D', "SS_1\0")
            + message('X', "");
    send(toServer, said, piece);
    assertThat(server.text()).isEqualTo(said);
    assertThat(seen)
        .extracting(message -> message.type() + " " + message.text())
        .containsExactly(
            "STARTUP ",
            "QUERY SELECT 1",
            "PARSE COMMIT",
            "BIND COMMIT",
            "DESCRIBE COMMIT",
            "EXECUTE COMMIT",
            "SYNC ",
            "CLOSE COMMIT",
            "DESCRIBE ",
            "TERMINATE ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000})
  void tells_what_the_server_says(int piece) throws Exception {
    List<Message> seen = record();
    String said =
        message('S', "TimeZone\0UTC\0")
            + message('Z', "T")
            + message('E', "SERROR\0C22012\0Mdivision by zero\0\0")
            + message('A', "\0\0\0\7channel\0payload\0")
            + message('C', "INSERT 0 1\0");
    send(toClient, said, piece);
    assertThat(client.text()).isEqualTo(said);
    assertThat(seen)
        .extracting(message -> message.type() + " " + message.text())
        .containsExactly(
            "PARAMETER_STATUS TimeZone=UTC",
            "READY_FOR_QUERY T",
            "ERROR_RESPONSE 22012 division by zero",
            "NOTIFICATION_RESPONSE channel payload",
            "COMMAND_COMPLETE INSERT 0 1");
  }

  @Test
  void never_shows_a_password() throws Exception {
    List<Message> seen = record();
    send(toServer, STARTUP + message('p', "secret\0"), 1_000);
    assertThat(seen).extracting(Message::type).contains(MessageType.PASSWORD);
    assertThat(seen).extracting(Message::text).containsOnly("");
  }

  @Test
  void reads_on_when_encryption_is_declined() throws Exception {
    ProxyRule rule = rules.cutBefore(committed());
    send(toServer, SSL_REQUEST, 1);
    send(toClient, "N", 1);
    send(toServer, STARTUP, 1);
    send(toClient, message('Z', "I") + message('C', "COMMIT\0"), 1);
    assertThat(rule.times()).isOne();
    assertThat(client.text()).isEqualTo("N" + message('Z', "I"));
  }

  @Test
  void lets_an_encrypted_connection_pass_and_says_what_to_do() throws Exception {
    ProxyRule rule = rules.cutBefore(commit());
    send(toServer, SSL_REQUEST, 3);
    send(toClient, "S\26\3\3", 1);
    send(toServer, "\26\3\1\0\5secret", 2);
    assertThat(client.text()).isEqualTo("S\26\3\3");
    assertThat(server.text()).isEqualTo(SSL_REQUEST + "\26\3\1\0\5secret");
    assertThatThrownBy(() -> rule.await(Duration.ofMillis(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("connection 1 cannot be read")
        .hasMessageContaining("sslmode=disable");
  }

  @Test
  void gives_up_reading_and_not_carrying_at_an_unknown_message() throws Exception {
    ProxyRule rule = rules.count(commit());
    send(toServer, STARTUP + "?what is this" + message('Q', "COMMIT\0"), 4);
    assertThat(server.text()).endsWith("?what is this" + message('Q', "COMMIT\0"));
    assertThat(rule.times()).isZero();
    assertThatThrownBy(() -> rule.await(Duration.ofMillis(1)))
        .hasMessageContaining("unknown type 0x3f");
  }

  @Test
  void hands_on_what_it_has_kept_when_the_sender_ends() throws Exception {
    send(toServer, STARTUP + "Q\0\0\0", 100);
    toServer.finish();
    assertThat(server.text()).isEqualTo(STARTUP + "Q\0\0\0");
    assertThat(server.finished).isTrue();
  }

  @Test
  void waits_before_a_delayed_message_and_not_before_what_came_earlier() throws Exception {
    rules.delay(commit(), Duration.ofSeconds(1));
    rules.delay(commit(), Duration.ofSeconds(3));
    send(toServer, STARTUP + message('Q', "COMMIT\0"), 1_000);
    assertThat(server.held).containsExactly(STARTUP.length() + " bytes, then PT3S");
  }

  /** What goes over the wire in pieces of so many bytes. */
  private static void send(Outlet outlet, String bytes, int piece)
      throws IOException, InterruptedException {
    byte[] all = bytes.getBytes(ISO_8859_1);
    for (int from = 0; from < all.length; from += piece) {
      outlet.pass(all, from, Math.min(piece, all.length - from));
    }
  }

  private List<Message> record() {
    List<Message> seen = new ArrayList<>();
    MessageType[] all = MessageType.values();
    rules.count(MessagePattern.of(MessageType.STARTUP, all).where("remembered", seen::add));
    return seen;
  }

  private static String message(char type, String body) {
    return type + number(Integer.BYTES + body.length()) + body;
  }

  private static String untyped(int code, String body) {
    return number(2 * Integer.BYTES + body.length()) + number(code) + body;
  }

  private static String number(int value) {
    return new String(ByteBuffer.allocate(Integer.BYTES).putInt(value).array(), ISO_8859_1);
  }

  /** Remembers what it was told; like a socket that is cut, it takes nothing afterwards. */
  private static final class Sink implements Outlet {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> held = new ArrayList<>();
    private boolean cut;
    private boolean finished;

    @Override
    public void pass(byte[] more, int from, int length) {
      if (!cut) {
        bytes.write(more, from, length);
      }
    }

    @Override
    public void hold(Duration time) {
      held.add(bytes.size() + " bytes, then " + time);
    }

    @Override
    public void cut(byte[] last, int from, int length, boolean heard) {
      pass(last, from, length);
      cut = true;
    }

    @Override
    public void finish() {
      finished = true;
    }

    String text() {
      return bytes.toString(ISO_8859_1);
    }
  }
}
