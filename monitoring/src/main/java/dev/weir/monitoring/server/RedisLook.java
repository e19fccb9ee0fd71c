package dev.weir.monitoring.server;

import dev.weir.monitoring.finding.Findings;
import dev.weir.monitoring.finding.Look;
import dev.weir.monitoring.text.SafeText;
import dev.weir.redis.Redis;
import dev.weir.redis.RedisUnavailableException;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;

/**
 * Whether Redis answers PING, and what INFO says of its memory, its disk, its clients and its
 * primary. Opens the connection if nobody has yet. Never asks for keys.
 */
public final class RedisLook implements Look {

  private static final Duration SLOW = Duration.ofMillis(200);
  private static final int FULL_PERCENT = 85;
  private static final long MIB = 1 << 20;

  private final Redis redis;
  private final Duration slow;
  private long evicted = -1;
  private long rejected = -1;

  /** Looks at this one. */
  public RedisLook(Redis redis) {
    this(redis, SLOW);
  }

  RedisLook(Redis redis, Duration slow) {
    this.redis = redis;
    this.slow = slow;
  }

  @Override
  public Findings look() {
    long start = System.nanoTime();
    var findings = Findings.of("server", redis.target());
    try {
      var commands = redis.sync();
      Duration took = ping(commands, findings);
      if (took.compareTo(slow) >= 0) {
        // The first may have met a pause of this JVM.
        took = ping(commands, findings);
      }
      if (took.compareTo(slow) >= 0) {
        findings.poor(
            "Redis took %d ms to answer PING, twice".formatted(took.toMillis()),
            "see SLOWLOG GET for commands that keep it busy, and the network on the way");
      }
      judge(RedisInfo.of(commands.info()), findings);
      return findings;
    } catch (RedisUnavailableException | RedisException failure) {
      var waited = Duration.ofNanos(System.nanoTime() - start);
      return findings
          .figure("waited", waited.toMillis() + " ms")
          .broken(
              failure instanceof RedisUnavailableException
                  ? String.valueOf(failure.getMessage())
                  : "Redis at %s gave no answer: %s"
                      .formatted(redis.target(), SafeText.of(failure)),
              "see that Redis runs and that redis.uri and redis.timeout fit; commands work again"
                  + " by themselves once it answers");
    }
  }

  private static Duration ping(RedisClusterCommands<String, String> commands, Findings findings) {
    long start = System.nanoTime();
    String answer = commands.ping();
    var took = Duration.ofNanos(System.nanoTime() - start);
    findings.figure("answer", answer).figure("round trip", took.toMillis() + " ms");
    return took;
  }

  private void judge(RedisInfo info, Findings findings) {
    findings.figure("version", info.text("redis_version")).figure("role", info.text("role"));
    judgeMemory(info, findings);
    judgeDisk(info, findings);
    judgeClients(info, findings);
    if (info.text("role").equals("slave") && !info.text("master_link_status").equals("up")) {
      findings.poor(
          "this Redis is a replica and has lost its primary %s:%s; what it answers grows old"
              .formatted(info.text("master_host"), info.text("master_port")),
          "see that the primary runs and that the replica may reach it (masterauth, network)");
    }
  }

  private void judgeMemory(RedisInfo info, Findings findings) {
    long used = info.number("used_memory");
    long most = info.number("maxmemory");
    String policy = info.text("maxmemory_policy");
    findings.figure("memory", mib(used)).figure("maxmemory", most == 0 ? "none" : mib(most));
    if (most > 0 && used * 100 >= most * FULL_PERCENT && policy.equals("noeviction")) {
      findings.poor(
          "Redis holds %d %% of maxmemory, and at 100 %% it refuses writes"
              .formatted(used * 100 / most),
          "raise maxmemory (now %s), let keys expire, or set maxmemory-policy"
              .formatted(mib(most)));
    }
    long now = info.number("evicted_keys");
    if (evicted >= 0 && now > evicted) {
      findings.poor(
          "%d keys were evicted since the check before, for want of memory"
              .formatted(now - evicted),
          "raise maxmemory (now %s), or let keys expire sooner".formatted(mib(most)));
    }
    evicted = now;
  }

  private static void judgeDisk(RedisInfo info, Findings findings) {
    boolean rdb = info.failed("rdb_last_bgsave_status");
    boolean aof = info.failed("aof_last_write_status") || info.failed("aof_last_bgrewrite_status");
    if (rdb) {
      findings.poor(
          "the last snapshot to disk failed; %d changes since the last good one would be lost"
              .formatted(info.number("rdb_changes_since_last_save")),
          "see Redis' log; often its directory (CONFIG GET dir) is full or not writable, or there"
              + " is no memory to fork");
    }
    if (aof) {
      findings.poor(
          "the last write to the append-only file failed",
          "see Redis' log; often its directory (CONFIG GET dir) is full or not writable");
    }
    findings.figure("disk", rdb || aof ? "failing" : "ok");
  }

  private void judgeClients(RedisInfo info, Findings findings) {
    long now = info.number("rejected_connections");
    findings
        .figure("clients", info.number("connected_clients"))
        .figure("maxclients", info.number("maxclients"));
    if (rejected >= 0 && now > rejected) {
      findings.poor(
          "Redis has turned away %d connections since the check before".formatted(now - rejected),
          "raise maxclients (now %d), or find who opens so many (CLIENT LIST)"
              .formatted(info.number("maxclients")));
    }
    rejected = now;
  }

  private static String mib(long bytes) {
    return bytes / MIB + " MiB";
  }
}
