package io.tidecaster.balance;

import java.util.regex.Pattern;

/**
 * Where a server listens.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address without brackets
 */
public record Address(String host, int port) {
  private static final Pattern IPV6 =
      Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:]{2,39}(%[A-Za-z0-9]{1,15})?");
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(?!$)|$)){4}");

  public Address {
    if (!isIpv6(host)) {
      Words.requireHostName("host", host);
      if (NUMBERS.matcher(host).matches() && !IPV4.matcher(host).matches()) {
        throw new IllegalArgumentException(
            "host \"%s\" is no IPv4 address; give four numbers from 0 to 255".formatted(host));
      }
    }
    Words.requireBetween("port", port, 1, 65_535);
  }

  /** Reads {@code host:port} or {@code [IPv6]:port}. */
  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    String digits = colon < 0 ? "" : text.substring(colon + 1);
    if (!digits.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "address %s has no port; write host:port, or [IPv6]:port".formatted(Words.shown(text)));
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (!isIpv6(host)) {
        throw new IllegalArgumentException(
            "address %s: between the brackets stands no IPv6 address".formatted(Words.shown(text)));
      }
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "address %s: write an IPv6 address in brackets, [::1]:80".formatted(Words.shown(text)));
    }
    return new Address(host, Integer.parseInt(digits));
  }

  private static boolean isIpv6(String host) {
    return IPV6.matcher(host).matches() && isWellFormed(host);
  }

  /** At most one gap, at most eight groups of at most four digits; nothing is looked up. */
  private static boolean isWellFormed(String host) {
    String address = host.replaceFirst("%.*", "");
    int gap = address.indexOf("::");
    if (gap >= 0 && address.indexOf("::", gap + 1) >= 0) {
      return false;
    }
    if (address.matches("(^:[^:].*)|(.*[^:]:$)")) {
      return false;
    }
    int groups = 0;
    for (String group : address.split(":", -1)) {
      if (group.length() > 4) {
        return false;
      }
      groups += group.isEmpty() ? 0 : 1;
    }
    return gap >= 0 ? groups <= 7 : groups == 8;
  }

  /** {@code host:port}, an IPv6 address in brackets. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
