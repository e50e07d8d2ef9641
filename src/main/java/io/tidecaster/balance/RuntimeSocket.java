package io.tidecaster.balance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The Runtime API of one HAProxy, over TCP or a Unix socket. Each question is a connection of its
 * own, as HAProxy has it outside its interactive mode, and has its answer within a time: a socket
 * that takes a question and says nothing is as away as one that is not there.
 *
 * @param instance {@code host:port}, or the absolute path of a socket
 */
record RuntimeSocket(String instance, Duration timeout) {
  /** Twenty times what HAProxy says of a thousand servers. */
  private static final int LONGEST_ANSWER = 16 * 1024 * 1024;

  private static final int CHUNK = 16 * 1024;

  /**
   * Asks one thing.
   *
   * @throws RuntimeApiException where there is no whole answer within the timeout
   */
  String ask(String line) {
    if (line.indexOf('\n') >= 0 || line.indexOf(';') >= 0) {
      throw new IllegalArgumentException("a command is one line: " + Words.shown(line));
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    try (SocketChannel channel = open();
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      if (!channel.connect(address())) {
        await(selector, deadline);
        while (!channel.finishConnect()) {
          await(selector, deadline);
        }
      }
      write(channel, selector, key, line, deadline);
      return read(channel, selector, key, deadline);
    } catch (IOException | RuntimeException e) {
      if (e instanceof RuntimeApiException failure) {
        throw failure;
      }
      throw new RuntimeApiException("%s: %s".formatted(instance, e), e);
    }
  }

  private SocketChannel open() throws IOException {
    return instance.startsWith("/")
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private SocketAddress address() {
    if (instance.startsWith("/")) {
      return UnixDomainSocketAddress.of(instance);
    }
    Address parsed = Address.parse(instance);
    return new InetSocketAddress(parsed.host(), parsed.port());
  }

  private void write(
      SocketChannel channel, Selector selector, SelectionKey key, String line, long deadline)
      throws IOException {
    key.interestOps(SelectionKey.OP_WRITE);
    ByteBuffer out = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII));
    while (out.hasRemaining()) {
      if (channel.write(out) == 0) {
        await(selector, deadline);
      }
    }
  }

  private String read(SocketChannel channel, Selector selector, SelectionKey key, long deadline)
      throws IOException {
    key.interestOps(SelectionKey.OP_READ);
    var answer = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.allocate(CHUNK);
    int count = channel.read(in);
    while (count >= 0) {
      if (count == 0) {
        await(selector, deadline);
      }
      answer.write(in.array(), 0, in.position());
      in.clear();
      if (answer.size() > LONGEST_ANSWER) {
        throw new RuntimeApiException(
            "%s: an answer of more than %d bytes".formatted(instance, LONGEST_ANSWER));
      }
      count = channel.read(in);
    }
    return answer.toString(StandardCharsets.US_ASCII);
  }

  private void await(Selector selector, long deadline) throws IOException {
    long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
    if (leftMillis <= 0) {
      throw new RuntimeApiException("%s: no answer within %s".formatted(instance, timeout));
    }
    selector.select(leftMillis);
    selector.selectedKeys().clear();
  }
}
