package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.balance.Address;
import io.tidecaster.balance.Algorithm;
import io.tidecaster.balance.Discovery;
import io.tidecaster.balance.ProxyConfig;
import io.tidecaster.balance.ProxyConfigFile;
import io.tidecaster.balance.ProxyServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real HAProxy takes what we write, whatever was asked for. */
class HaproxyConfigE2E {
  private static final int FUZZED = 60;

  @TempDir Path scratch;

  @Test
  void haproxyAcceptsEveryAlgorithmWithEveryKindOfDiscovery() throws Exception {
    List<Discovery> kinds =
        List.of(
            new Discovery.None(),
            new Discovery.Slots(3),
            new Discovery.Dns(
                Address.parse("crm.crm.svc.cluster.local:80"), Address.parse("10.96.0.10:53"), 20));
    for (Algorithm algorithm : Algorithm.values()) {
      for (Discovery discovery : kinds) {
        String weight = algorithm == Algorithm.WEIGHTED_ROUND_ROBIN ? ",weight=50" : "";
        accepts(
            new ProxyConfig(
                ProxyConfig.Entry.DEFAULT,
                new ProxyConfig.Pool(
                    "crm",
                    algorithm,
                    List.of(
                        ProxyServer.parse("crm1=192.168.1.1:80" + weight),
                        ProxyServer.parse("crm2=192.168.1.2:80")),
                    discovery,
                    Optional.of("/q/health"),
                    Optional.of("CRMSRV"),
                    OptionalInt.of(64)),
                ProxyConfig.Admin.DEFAULT));
      }
    }
  }

  @Test
  void haproxyAcceptsWhateverCanBeAskedFor() throws Exception {
    for (int seed = 0; seed < FUZZED; seed++) {
      accepts(any(new SplittableRandom(seed)));
    }
  }

  private void accepts(ProxyConfig config) throws IOException, InterruptedException {
    Path file = scratch.resolve("haproxy.cfg");
    Files.writeString(file, ProxyConfigFile.of(config));
    Process check =
        new ProcessBuilder(Tools.find().haproxy().toString(), "-c", "-f", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(check.waitFor(30, TimeUnit.SECONDS)).as("haproxy -c ends").isTrue();
    assertThat(check.exitValue()).as("%s%n%s%n%s", config, said, Files.readString(file)).isZero();
    assertThat(said).as("%s", config).doesNotContain("WARNING", "ALERT");
  }

  private static ProxyConfig any(SplittableRandom random) {
    Algorithm algorithm =
        List.of(Algorithm.values()).get(random.nextInt(Algorithm.values().length));
    Discovery discovery =
        switch (random.nextInt(3)) {
          case 0 -> new Discovery.None();
          case 1 -> new Discovery.Slots(1 + random.nextInt(50));
          default ->
              new Discovery.Dns(
                  new Address(hostName(random), port(random)),
                  new Address(ip(random), port(random)),
                  1 + random.nextInt(50));
        };
    List<ProxyServer> servers = new ArrayList<>();
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      boolean weighted =
          algorithm == Algorithm.WEIGHTED_ROUND_ROBIN
              ? i == 0
              : algorithm != Algorithm.ROUND_ROBIN && random.nextBoolean();
      servers.add(
          new ProxyServer(
              "s" + i + word(random, "abcXYZ019._-"),
              new Address(ip(random), port(random)),
              weighted ? OptionalInt.of(1 + random.nextInt(256)) : OptionalInt.empty()));
    }
    return new ProxyConfig(
        new ProxyConfig.Entry(
            1 + random.nextInt(8_000), hostName(random), new Address(ip(random), port(random))),
        new ProxyConfig.Pool(
            "b" + word(random, "abcXYZ019._-"),
            algorithm,
            servers,
            discovery,
            random.nextBoolean()
                ? Optional.of("/" + word(random, "ab/_.~%=&?+-"))
                : Optional.empty(),
            random.nextBoolean()
                ? Optional.of("c" + word(random, "abcXYZ019._-"))
                : Optional.empty(),
            random.nextBoolean()
                ? OptionalInt.of(1 + random.nextInt(100_000))
                : OptionalInt.empty()),
        new ProxyConfig.Admin(
            "/run/" + word(random, "abc/_.-") + "s",
            random.nextBoolean()
                ? Optional.of(new Address(ip(random), port(random)))
                : Optional.empty(),
            random.nextBoolean()
                ? OptionalInt.of(8_001 + random.nextInt(50_000))
                : OptionalInt.empty()));
  }

  private static String word(SplittableRandom random, String letters) {
    var word = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }

  private static int port(SplittableRandom random) {
    return 1 + random.nextInt(65_535);
  }

  private static String ip(SplittableRandom random) {
    return random.nextBoolean()
        ? "10.%d.%d.%d".formatted(random.nextInt(256), random.nextInt(256), random.nextInt(256))
        : "fd00:%x::%x".formatted(random.nextInt(65_536), random.nextInt(65_536));
  }

  private static String hostName(SplittableRandom random) {
    return "h" + word(random, "abc019-") + "x.svc";
  }
}
