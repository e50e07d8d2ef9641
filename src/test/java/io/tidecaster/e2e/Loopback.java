package io.tidecaster.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Ports and addresses of 127.0.0.1, the only interface a test may listen on. */
final class Loopback {
  static final String HOST = "127.0.0.1";

  private Loopback() {}

  /** A port nobody listens on at this moment. */
  static int freePort() {
    return freePorts(1).getFirst();
  }

  /** That many different ports; held together while they are picked, so that none comes twice. */
  static List<Integer> freePorts(int count) {
    var sockets = new ArrayList<ServerSocket>(count);
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on " + HOST, e);
    } finally {
      sockets.forEach(Loopback::close);
    }
  }

  static URI http(int port) {
    return URI.create("http://" + HOST + ":" + port);
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
