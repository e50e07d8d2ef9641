package io.tidecaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real HAProxy shares requests among the tests' CRM as its weights say. */
class HaproxyServerE2E {
  @Test
  void requestsFollowTheWeights(@TempDir Path targets) {
    try (var crm = new CrmFleet(targets, "crm", "crm", CrmFleet.Cost.TYPICAL)) {
      crm.scaleTo(2);
      var servers = Map.of("crm-0", crm.address("crm-0"), "crm-1", crm.address("crm-1"));
      try (var haproxy = HaproxyServer.start(servers, 1)) {
        haproxy.command("set server crm/crm-0 weight 100");
        haproxy.command("set server crm/crm-1 weight 25");

        for (int i = 0; i < 50; i++) {
          assertEquals(200, Http.get(haproxy.url()).statusCode());
        }

        // 50 × 100 / (100 + 25) = 40
        assertEquals(40, crm.requests("crm-0"), 1);
        assertEquals(10, crm.requests("crm-1"), 1);
        assertTrue(haproxy.command("show servers state crm").contains("slot1"));
        assertTrue(Files.exists(haproxy.socket()));
      }
    }
  }
}
