package io.tidecaster.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that lives no longer than this JVM, even if this JVM is killed with SIGKILL.
 *
 * <p>A small shell becomes the program (so the pid is the program's own) and leaves a watcher
 * behind whose standard input is a pipe from this JVM. When the JVM goes, whichever way, the kernel
 * closes the pipe, and the watcher kills the program. Linux' parent-death signal would not do: it
 * fires when the <em>thread</em> that started the child ends, and tests end threads all the time.
 *
 * <p>Output goes to {@code target/e2e/<name>.log}; a second process of that name gets {@code
 * <name>-2.log}.
 */
final class ChildProcess implements AutoCloseable {
  static final Path LOGS = Path.of("target", "e2e");

  private static final int TAIL_LINES = 25;
  private static final Map<String, Integer> STARTED = new ConcurrentHashMap<>();

  /**
   * The watcher kills only its own parent: once the program is gone, its pid may be somebody
   * else's.
   */
  private static final String GUARD =
      """
      exec 3<&0 </dev/null
      (
        trap '' INT TERM HUP
        exec >/dev/null 2>&1
        while read -r _ <&3; do :; done
        read -r _ _ _ parent _ </proc/self/stat
        [ "$parent" = $$ ] && kill -KILL $$
      ) &
      exec "$@" 3<&-
      """;

  private final String name;
  private final Process process;
  private final Path log;

  private ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static ChildProcess start(String name, List<String> command) {
    return start(name, command, Map.of());
  }

  static ChildProcess start(String name, List<String> command, Map<String, String> environment) {
    var guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, name));
    guarded.addAll(command);
    try {
      Path log = nextLog(name);
      var builder =
          new ProcessBuilder(guarded).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      return new ChildProcess(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name + ": " + command.getFirst(), e);
    }
  }

  private static Path nextLog(String name) throws IOException {
    int number = STARTED.merge(name, 1, Integer::sum);
    Files.createDirectories(LOGS);
    return LOGS.resolve(number == 1 ? name + ".log" : name + "-" + number + ".log");
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  Path log() {
    return log;
  }

  /** Ends a wait for this process at once if it is dead, with the end of its log. */
  void requireAlive() {
    if (!alive()) {
      throw new Eventually.Hopeless(
          "%s ended with status %d; the end of %s:%n%s"
              .formatted(name, process.exitValue(), log, logTail()));
    }
  }

  String logTail() {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()));
    } catch (IOException | UncheckedIOException e) {
      return "(" + log + " cannot be read: " + e.getMessage() + ")";
    }
  }

  /**
   * Asks with SIGTERM, and waits. By its handle: {@code Process.destroy} would also close the pipe,
   * upon which the watcher kills.
   */
  boolean terminate(Duration grace) {
    process.toHandle().destroy();
    return ended(grace);
  }

  /** SIGKILL: no goodbye. Returns when the process is gone. */
  void kill() {
    process.destroyForcibly();
    if (!ended(Duration.ofSeconds(10))) {
      throw new IllegalStateException(name + " (pid " + pid() + ") survives SIGKILL");
    }
  }

  int exitStatus() {
    return process.exitValue();
  }

  /** Resident memory as Linux counts it, VmRSS of /proc. */
  long residentBytes() {
    return memory("VmRSS:");
  }

  /** The most that it ever was, VmHWM. */
  long mostResidentBytes() {
    return memory("VmHWM:");
  }

  private long memory(String what) {
    Path status = Path.of("/proc", Long.toString(pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(what))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " has no " + status, e);
    }
  }

  boolean ended(Duration within) {
    try {
      return process.waitFor(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      return false;
    }
  }

  @Override
  public void close() {
    kill();
  }
}
