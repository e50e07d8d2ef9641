package io.tidecaster.balance;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A real HTTP server on loopback whose requests take a time. */
final class SlowReplica implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final HttpServer server;

  SlowReplica(Duration serviceTime) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    var _ =
        server.createContext(
            "/",
            exchange -> {
              inFlight.incrementAndGet();
              try (exchange) {
                long until = System.nanoTime() + serviceTime.toNanos();
                for (long left = serviceTime.toNanos();
                    left > 0;
                    left = until - System.nanoTime()) {
                  LockSupport.parkNanos(left);
                }
                exchange.sendResponseHeaders(204, -1);
                served.incrementAndGet();
              } finally {
                inFlight.decrementAndGet();
              }
            });
    server.start();
  }

  Address address() {
    return new Address("127.0.0.1", server.getAddress().getPort());
  }

  Replica replica(String name, Instant readySince) {
    return new Replica(name, address(), readySince, false);
  }

  int served() {
    return served.get();
  }

  int inFlight() {
    return inFlight.get();
  }

  /** At once, with whatever is in flight: as a pod that is killed. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    try {
      var _ = threads.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
