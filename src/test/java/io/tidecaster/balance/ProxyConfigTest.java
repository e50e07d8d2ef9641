package io.tidecaster.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyConfigTest {
  private static final List<ProxyServer> TWO =
      List.of(ProxyServer.parse("crm1=192.168.1.1:80"), ProxyServer.parse("crm2=192.168.1.2:80"));

  @Test
  void writesTheFrontendTheHealthHostAndTheServersOfTwo() {
    assertThat(statements(file(Algorithm.ROUND_ROBIN, TWO)))
        .containsSubsequence(
            "frontend http_front",
            "bind *:80",
            "acl health_host hdr(host),field(1,:) -i health.crm.local",
            "use_backend health_check if health_host",
            "default_backend crm",
            "backend health_check",
            "server health 127.0.0.1:8080 check",
            "backend crm",
            "balance roundrobin",
            "server crm1 192.168.1.1:80 check",
            "server crm2 192.168.1.2:80 check");
  }

  @ParameterizedTest
  @CsvSource({
    "random,random(1)",
    "power-of-two,random(2)",
    "leastconn,leastconn",
    "source,source",
    "static-rr,static-rr"
  })
  void writesEachAlgorithmInHaproxysWords(String label, String directive) {
    assertThat(statements(file(Algorithm.parse(label), TWO))).contains("balance " + directive);
  }

  @Test
  void givesEveryServerAWeightWhereOneHasIt() {
    var servers =
        List.of(
            ProxyServer.parse("big=10.0.0.1:80,weight=200"), ProxyServer.parse("b=10.0.0.2:80"));

    assertThat(statements(file(Algorithm.WEIGHTED_ROUND_ROBIN, servers)))
        .contains(
            "server big 10.0.0.1:80 check weight 200", "server b 10.0.0.2:80 check weight 100");
  }

  @Test
  void refusesWeightsThatWouldBeOverlookedAndTheirAbsenceWhereTheyCount() {
    var weighted = List.of(ProxyServer.parse("a=10.0.0.1:80,weight=2"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> file(Algorithm.ROUND_ROBIN, weighted))
        .withMessageContaining("choose weighted-roundrobin");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file(Algorithm.WEIGHTED_ROUND_ROBIN, TWO))
        .withMessageContaining("choose roundrobin");
  }

  @Test
  void refusesABackendWithoutServersAndTwoServersOfOneName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file(Algorithm.RANDOM, List.of()))
        .withMessageContaining("has no server; name one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> file(Algorithm.RANDOM, List.of(TWO.get(0), TWO.get(0))))
        .withMessage("server \"crm1\" is named twice; give each its own name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "crm1",
        "=10.0.0.1:80",
        "a b=10.0.0.1:80",
        "a\n  server evil 10.6.6.6:80=10.0.0.1:80",
        "a;shutdown=10.0.0.1:80",
        "a#=10.0.0.1:80",
        "a=10.0.0.1",
        "a=10.0.0.1:0",
        "a=10.0.0.1:65536",
        "a=10.0.0.1:80 backup",
        "a=10.0.0.256:80",
        "a=10.0.0:80",
        "a=host\tname:80",
        "a=-h:80",
        "a=::1:80",
        "a=[::1:80",
        "a=[1::2::3]:80",
        "a=[12345::]:80",
        "a=$HOME:80",
        "a=\"x\":80",
        "a=h:80,weight=0",
        "a=h:80,weight=257",
        "a=h:80,weight=-1",
        "a=h:80,backup",
      })
  void refusesAServerThatIsNotOneOnOneLine(String hostile) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProxyServer.parse(hostile))
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank().doesNotContain("\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1:80",
        "crm-1.crm.svc.cluster.local:8080",
        "[fd00::1]:80",
        "[1:2:3:4:5:6:7:8]:9"
      })
  void readsAddressesAndWritesThemAsTheyWere(String address) {
    assertThat(Address.parse(address)).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative.sock", "/run/a b.sock", "/run/x\nuser root", "/"})
  void refusesASocketThatIsNoPlainPath(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProxyConfig.Admin(path, Optional.empty(), OptionalInt.empty()))
        .withMessageContaining("socket");
  }

  private static String file(Algorithm algorithm, List<ProxyServer> servers) {
    return ProxyConfigFile.of(
        new ProxyConfig(
            ProxyConfig.Entry.DEFAULT,
            new ProxyConfig.Pool(
                "crm",
                algorithm,
                servers,
                new Discovery.None(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty()),
            ProxyConfig.Admin.DEFAULT));
  }

  private static List<String> statements(String file) {
    return file.lines().map(String::strip).filter(line -> !line.startsWith("#")).toList();
  }
}
