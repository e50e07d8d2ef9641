package io.tidecaster.balance;

import io.tidecaster.sim.BalancedFleet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A {@link WorkingReplica} in a process of its own, which ends when this one does. */
final class ReplicaProcess implements AutoCloseable {
  private final Process process;
  private final Address address;

  private ReplicaProcess(Process process, Address address) {
    this.process = process;
    this.address = address;
  }

  /** Returns once it listens. */
  static ReplicaProcess start(BalancedFleet.Server like, Duration warmUp, double coldSpeed) {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            placeOf(ReplicaProcess.class) + ":" + placeOf(BalancedFleet.class),
            ReplicaProcess.class.getName(),
            Integer.toString(like.workers()),
            Double.toString(like.speed()),
            warmUp.toString(),
            Double.toString(coldSpeed));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      Process process = builder.start();
      String port =
          new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      if (port == null) {
        throw new IllegalStateException("the replica ended before it listened");
      }
      return new ReplicaProcess(process, new Address("127.0.0.1", Integer.parseInt(port)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String[] args) throws IOException {
    var like = new BalancedFleet.Server(Integer.parseInt(args[0]), Double.parseDouble(args[1]));
    try (var replica =
        new WorkingReplica(like, Duration.parse(args[2]), Double.parseDouble(args[3]))) {
      System.out.println(replica.address().port());
      while (System.in.read() >= 0) {
        // its end is that of the process that started this one
      }
    }
  }

  private static String placeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Replica replica(String name, Instant readySince) {
    return new Replica(name, address, readySince, false);
  }

  Address address() {
    return address;
  }

  /** At once, with whatever is in flight: as a pod that is killed. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      var _ = process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
