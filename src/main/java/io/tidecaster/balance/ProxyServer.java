package io.tidecaster.balance;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One server that stands in the configuration.
 *
 * @param weight its share beside the others', 1 to 256; empty where all are alike
 */
public record ProxyServer(String name, Address address, OptionalInt weight) {
  private static final Pattern NOTATION =
      Pattern.compile("(?<name>[^=]*)=(?<address>[^,]*)(,weight=(?<weight>[0-9]{1,4}))?");

  public ProxyServer {
    Words.requireName("server", name);
    weight.ifPresent(given -> Words.requireBetween("weight", given, 1, 256));
  }

  /** Reads {@code crm1=192.168.1.1:80}, or {@code crm1=192.168.1.1:80,weight=50}. */
  public static ProxyServer parse(String text) {
    Matcher parts = NOTATION.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "server %s is not NAME=HOST:PORT, with ,weight=N behind if it differs from the others"
              .formatted(Words.shown(text)));
    }
    String weight = parts.group("weight");
    return new ProxyServer(
        parts.group("name"),
        Address.parse(parts.group("address")),
        weight == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(weight)));
  }
}
