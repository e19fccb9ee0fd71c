package dev.weir.monitoring.web;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names by which a door on the loopback address may be asked. A web page can make a browser on
 * this machine ask for {@code evil.example} and have that name lead here (DNS rebinding); then it
 * may read the answer. The name is still in the request's Host, so only those pass that no stranger
 * can point anywhere: addresses, {@code localhost} and what is below it.
 */
final class Hosts {

  private static final Pattern ADDRESS =
      Pattern.compile("(\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+])(:\\d{1,5})?");
  private static final Pattern LOCAL = Pattern.compile("([a-z0-9-]+\\.)*localhost(:\\d{1,5})?");

  private Hosts() {}

  static boolean isLocal(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return ADDRESS.matcher(name).matches() || LOCAL.matcher(name).matches();
  }
}
