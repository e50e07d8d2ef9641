package io.tidecaster.balance;

import com.sun.net.httpserver.HttpServer;
import io.tidecaster.sim.BalancedFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A real HTTP server on loopback with so many workers and a queue before them. A request says in
 * its path how many microseconds of work it is; a cold replica takes longer for it.
 */
final class WorkingReplica implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final double speed;
  private final Duration warmUp;
  private final double coldSpeed;
  private final AtomicLong firstNanos = new AtomicLong();

  /** One that has its full speed {@code warmUp} after its first request; at once for zero. */
  WorkingReplica(BalancedFleet.Server like, Duration warmUp, double coldSpeed) {
    this.speed = like.speed();
    this.warmUp = warmUp;
    this.coldSpeed = coldSpeed;
    Semaphore workers = new Semaphore(like.workers(), true);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 500);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    var _ =
        server.createContext(
            "/",
            exchange -> {
              try (exchange) {
                workers.acquireUninterruptibly();
                try {
                  String micros = exchange.getRequestURI().getPath().substring(1);
                  work((long) (Long.parseLong(micros) * 1000 / speedNow()));
                } finally {
                  workers.release();
                }
                exchange.sendResponseHeaders(204, -1);
              }
            });
    server.start();
  }

  private double speedNow() {
    long now = System.nanoTime();
    firstNanos.compareAndSet(0, now);
    double age = now - firstNanos.get();
    double part = warmUp.isZero() ? 1 : Math.min(1, age / warmUp.toNanos());
    return speed * (coldSpeed + (1 - coldSpeed) * part);
  }

  private static void work(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  Address address() {
    return new Address("127.0.0.1", server.getAddress().getPort());
  }

  Replica replica(String name, Instant readySince) {
    return new Replica(name, address(), readySince, false);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
