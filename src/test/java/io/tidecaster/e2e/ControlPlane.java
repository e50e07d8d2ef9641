package io.tidecaster.e2e;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real control plane on loopback: etcd, kube-apiserver, kube-controller-manager, kube-scheduler,
 * and kwok in the place of two nodes' kubelets. Pods are objects whose status moves as a kubelet
 * would move it ({@code e2e/kwok-stages.yaml} says how annotations steer that); everything else is
 * the real thing, so a conflict, a quota or a denied verb is a real one.
 *
 * <p>Everybody proves who they are with a token, so no certificate has to be made: the API server
 * signs its own serving certificate, and the kubeconfigs trust that file.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);
  private static final List<String> NODES = List.of("node-a", "node-b");

  private final Tools tools;
  private final ScratchDirectory scratch;
  private final int etcdPort;
  private final int apiPort;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final List<ChildProcess> others = new ArrayList<>();
  private final List<KubernetesClient> clients = new ArrayList<>();
  private @Nullable KubernetesClient admin;
  private @Nullable ChildProcess apiServer;

  private ControlPlane(Tools tools, ScratchDirectory scratch) {
    this.tools = tools;
    this.scratch = scratch;
    List<Integer> ports = Loopback.freePorts(2);
    this.etcdPort = ports.get(0);
    this.apiPort = ports.get(1);
  }

  /** A control plane of one's own, ready to schedule; takes 5 to 8 s. */
  public static ControlPlane start() {
    var controlPlane = new ControlPlane(Tools.find(), ScratchDirectory.create("controlplane"));
    try {
      controlPlane.startAll();
      return controlPlane;
    } catch (Throwable e) {
      controlPlane.close();
      throw e;
    }
  }

  /**
   * The control plane that all test classes of this JVM share, each in namespaces of its own; it
   * ends with the JVM. Who stops the API server takes one of their own.
   */
  public static ControlPlane shared() {
    return Shared.INSTANCE;
  }

  private static final class Shared {
    static final ControlPlane INSTANCE = ControlPlane.start();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::close, "control plane"));
    }
  }

  private void startAll() {
    writeSecrets();
    others.add(startEtcd());
    startApiServer();
    others.add(startControllerManager());
    others.add(startScheduler());
    others.add(startKwok());
    createNodes();
    awaitControllers();
  }

  /** A client that may do everything; closed with the control plane. */
  public synchronized KubernetesClient client() {
    if (admin == null) {
      admin = clientOf(kubeconfig());
    }
    return admin;
  }

  /** A client that is that service account; closed with the control plane. */
  public KubernetesClient clientFor(String namespace, String serviceAccount) {
    return clientOf(kubeconfigFor(namespace, serviceAccount));
  }

  /** Where the API server listens. */
  public URI url() {
    return URI.create("https://" + Loopback.HOST + ":" + apiPort);
  }

  /** The certificates to trust, PEM: the API server's own. */
  public Path certificateAuthority() {
    return scratch.path().resolve("tls/apiserver.crt");
  }

  /** The kubeconfig of one who may do everything. */
  public Path kubeconfig() {
    return kubeconfig("admin", token("admin"));
  }

  /** The kubeconfig of an existing service account, which may do what RBAC grants it. */
  public Path kubeconfigFor(String namespace, String serviceAccount) {
    return kubeconfig(namespace + "-" + serviceAccount, tokenFor(namespace, serviceAccount));
  }

  /** A token of an existing service account, good for an hour. */
  public String tokenFor(String namespace, String serviceAccount) {
    return client()
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(serviceAccount)
        .tokenRequest(
            new TokenRequestBuilder().withNewSpec().withExpirationSeconds(3600L).endSpec().build())
        .getStatus()
        .getToken();
  }

  /**
   * Every change asked of the API server by that user so far, allowed or not, oldest first, as
   * {@code "patch deployments/scale crm/web 200"}. A service account is {@code
   * system:serviceaccount:<namespace>:<name>}. It is what shows that an advisor wrote nothing.
   */
  public List<String> writesBy(String user) {
    return auditedSince(user, Instant.EPOCH).stream().map(AuditEvent::toString).toList();
  }

  /** The same from a time on, with their times. */
  List<AuditEvent> auditedSince(String user, Instant since) {
    try (Stream<String> lines = Files.lines(auditLog())) {
      return lines
          .filter(line -> line.contains(user) && line.endsWith("}")) // the last may be half written
          .map(line -> Serialization.unmarshal(line, AuditEvent.class))
          .filter(event -> event.user().username().equals(user))
          .filter(event -> !event.at().isBefore(since))
          .sorted(Comparator.comparing(AuditEvent::at))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the API server away, as a crash would; etcd and the controllers stay. */
  public void stopApiServer() {
    if (apiServer != null) {
      apiServer.kill();
      apiServer = null;
    }
  }

  /** Brings the API server (back), at the same address; returns when it is ready. */
  public void startApiServer() {
    if (apiServer != null) {
      throw new IllegalStateException("the API server runs already");
    }
    ChildProcess started = startApiServerProcess();
    apiServer = started;
    Eventually.get(
        "the API server is ready",
        STARTS_WITHIN,
        () -> {
          started.requireAlive();
          return client().raw("/readyz");
        },
        "ok"::equals);
  }

  /**
   * Lets etcd forget all but the present, as it does by itself after a while: a watch that goes on
   * from before is answered with 410 Gone.
   */
  public void compactEtcd() {
    URI etcd = Loopback.http(etcdPort);
    String revision =
        Http.json(Http.post(etcd.resolve("/v3/kv/range"), "{\"key\":\"AA==\"}"))
            .at("/header/revision")
            .asText();
    Http.json(Http.post(etcd.resolve("/v3/kv/compaction"), "{\"revision\":\"" + revision + "\"}"));
  }

  /** Ends all of it at once: nothing here is worth a goodbye. */
  @Override
  public void close() {
    clients.forEach(KubernetesClient::close);
    stopApiServer();
    others.reversed().forEach(ChildProcess::close);
    scratch.close();
  }

  // ---------------------------------------------------------------- the processes

  private ChildProcess startEtcd() {
    List<Integer> peer = Loopback.freePorts(1);
    URI client = Loopback.http(etcdPort);
    URI peers = Loopback.http(peer.getFirst());
    return ChildProcess.start(
        "etcd",
        List.of(
            tools.controlPlane("etcd").toString(),
            "--data-dir=" + scratch.path().resolve("etcd"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peers,
            "--initial-advertise-peer-urls=" + peers,
            "--initial-cluster=default=" + peers,
            "--unsafe-no-fsync",
            "--log-level=warn"));
  }

  private ChildProcess startApiServerProcess() {
    return ChildProcess.start(
        "kube-apiserver",
        List.of(
            tools.controlPlane("kube-apiserver").toString(),
            "--etcd-servers=" + Loopback.http(etcdPort),
            "--bind-address=" + Loopback.HOST,
            "--advertise-address=" + Loopback.HOST,
            "--secure-port=" + apiPort,
            "--cert-dir=" + scratch.path().resolve("tls"),
            "--endpoint-reconciler-type=none",
            "--authorization-mode=Node,RBAC",
            "--token-auth-file=" + scratch.path().resolve("tokens.csv"),
            "--service-account-issuer=" + url(),
            "--service-account-key-file=" + serviceAccountKey(),
            "--service-account-signing-key-file=" + serviceAccountKey(),
            "--service-cluster-ip-range=10.96.0.0/16",
            "--audit-log-path=" + auditLog(),
            "--audit-policy-file=" + scratch.path().resolve("audit-policy.yaml")));
  }

  private ChildProcess startControllerManager() {
    return ChildProcess.start(
        "kube-controller-manager",
        List.of(
            tools.controlPlane("kube-controller-manager").toString(),
            "--kubeconfig=" + kubeconfig("controller-manager", token("controller-manager")),
            "--bind-address=" + Loopback.HOST,
            "--secure-port=0",
            "--leader-elect=false",
            "--use-service-account-credentials",
            "--service-account-private-key-file=" + serviceAccountKey(),
            "--root-ca-file=" + certificateAuthority(),
            "--horizontal-pod-autoscaler-sync-period=2s",
            "--node-monitor-grace-period=5m",
            "--kube-api-qps=500",
            "--kube-api-burst=1000"));
  }

  private ChildProcess startScheduler() {
    return ChildProcess.start(
        "kube-scheduler",
        List.of(
            tools.controlPlane("kube-scheduler").toString(),
            "--kubeconfig=" + kubeconfig("scheduler", token("scheduler")),
            "--bind-address=" + Loopback.HOST,
            "--secure-port=0",
            "--leader-elect=false",
            "--kube-api-qps=500",
            "--kube-api-burst=1000"));
  }

  private ChildProcess startKwok() {
    return ChildProcess.start(
        "kwok",
        List.of(
            tools.controlPlane("kwok").toString(),
            "--kubeconfig=" + kubeconfig("kwok", token("kwok")),
            "--config=" + scratch.write("kwok-stages.yaml", resource("/e2e/kwok-stages.yaml")),
            "--manage-all-nodes=true",
            "--node-ip=" + Loopback.HOST,
            "--cidr=10.244.0.0/16"));
  }

  // ---------------------------------------------------------------- who is who

  private void writeSecrets() {
    scratch.write(
        "tokens.csv",
        String.join(
            "\n",
            token("admin") + ",admin,admin,system:masters",
            token("controller-manager") + ",system:kube-controller-manager,controller-manager",
            token("scheduler") + ",system:kube-scheduler,scheduler",
            token("kwok") + ",kwok,kwok,system:masters",
            ""));
    scratch.write("service-account.key", pem(rsa()));
    scratch.write(
        "audit-policy.yaml",
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
          - level: Metadata
            verbs: [create, update, patch, delete, deletecollection]
          - level: None
        """);
  }

  private String token(String who) {
    return tokens.computeIfAbsent(who, name -> UUID.randomUUID().toString());
  }

  private Path serviceAccountKey() {
    return scratch.path().resolve("service-account.key");
  }

  private Path auditLog() {
    return scratch.path().resolve("audit.log");
  }

  private Path kubeconfig(String name, String token) {
    return scratch.write(
        "kubeconfig/" + name + ".yaml",
        """
        apiVersion: v1
        kind: Config
        clusters:
          - name: e2e
            cluster:
              server: %s
              certificate-authority: %s
        users:
          - name: %s
            user:
              token: %s
        contexts:
          - name: e2e
            context:
              cluster: e2e
              user: %s
        current-context: e2e
        """
            .formatted(url(), certificateAuthority(), name, token, name));
  }

  /** Without retries: a test wants to see the API server's failure, not to wait it out. */
  private synchronized KubernetesClient clientOf(Path kubeconfig) {
    Config config = Config.fromKubeconfig(kubeconfig.toFile());
    config.setRequestRetryBackoffLimit(0);
    KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
    clients.add(client);
    return client;
  }

  private static KeyPair rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(KeyPair pair) {
    byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
    String body = Base64.getMimeEncoder(64, lineEnd).encodeToString(pair.getPrivate().getEncoded());
    return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
  }

  // ---------------------------------------------------------------- ready

  private void createNodes() {
    Map<String, Quantity> capacity =
        Map.of(
            "cpu", new Quantity("32"),
            "memory", new Quantity("32Gi"),
            "pods", new Quantity("110"));
    for (String name : NODES) {
      client()
          .resource(
              new NodeBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .addToLabels("kubernetes.io/hostname", name)
                  .addToLabels("topology.kubernetes.io/zone", name)
                  .endMetadata()
                  .withNewStatus()
                  .withCapacity(capacity)
                  .withAllocatable(capacity)
                  .endStatus()
                  .build())
          .create();
    }
  }

  private void awaitControllers() {
    Eventually.that(
        "both nodes are ready and the default namespace has its service account",
        STARTS_WITHIN,
        () -> {
          others.forEach(ChildProcess::requireAlive);
          return NODES.stream().allMatch(name -> client().nodes().withName(name).isReady())
              && client().serviceAccounts().inNamespace("default").withName("default").get()
                  != null;
        });
  }

  private static String resource(String name) {
    try (InputStream stream =
        Objects.requireNonNull(ControlPlane.class.getResourceAsStream(name), name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
