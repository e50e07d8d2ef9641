package io.tidecaster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import externalscaler.GetMetricSpecResponse;
import externalscaler.GetMetricsRequest;
import externalscaler.GetMetricsResponse;
import externalscaler.IsActiveResponse;
import externalscaler.MetricSpec;
import externalscaler.MetricValue;
import externalscaler.ScaledObjectRef;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.workload.Actuation;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.WorkCalendar;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** KEDA's side of the contract, over the wire. */
class KedaServerTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final ScaledObjectRef REF = ref(Map.of("scaler", "crm-web"));

  private final FakeBoard board = new FakeBoard();
  private final FakeModes modes = new FakeModes(board);
  private final AtomicReference<Instant> now = new AtomicReference<>(Examples.NOON);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Vertx vertx = Vertx.vertx();
  private final GrpcClient client = GrpcClient.client(vertx);
  private final KedaServer server =
      new KedaServer(board, modes, new Config(), now::get, meters, vertx);

  private record Config() implements KedaConfig {
    @Override
    public Optional<Integer> port() {
      return Optional.of(0);
    }

    @Override
    public String host() {
      return "127.0.0.1";
    }

    @Override
    public Duration freshFor() {
      return Duration.ofMinutes(3);
    }

    @Override
    public int streams() {
      return 2;
    }
  }

  @BeforeEach
  void listen() {
    server.start(new StartupEvent());
    await(modes.setInstallation(Mode.ENFORCING).subscribeAsCompletionStage().thenApply(v -> true));
  }

  @AfterEach
  void close() {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  // ------------------------------------------------------------------ the replicas

  @Test
  void theHpaOfKedaComesToTheReplicasThatWereDecided() {
    show(Mode.ENFORCING, decided(new Outcome.Scale(3, 10, ScaleReason.FORECAST_ABOVE_CAPACITY)));

    assertThat(metricSpec(REF))
        .isEqualTo(
            GetMetricSpecResponse.newBuilder()
                .addMetricSpecs(
                    MetricSpec.newBuilder()
                        .setMetricName("tidecaster-desired-replicas")
                        .setTargetSize(1)
                        .setTargetSizeFloat(1))
                .build());
    // ceil(10 ÷ 1) = 10
    assertThat(replicas(REF)).isEqualTo(10);
    assertThat(isActive(REF)).isTrue();
  }

  @Test
  void aScaledObjectOfTheSameNameNeedsNoMetadata() {
    show(Mode.ENFORCING, decided(new Outcome.Hold(4, HoldReason.ENOUGH)));

    assertThat(
            replicas(ScaledObjectRef.newBuilder().setName("crm-web").setNamespace("crm").build()))
        .isEqualTo(4);
  }

  @Test
  void aWorkloadThatIsSwitchedOffStaysOff() {
    show(Mode.ENFORCING, decided(new Outcome.Hold(0, HoldReason.SWITCHED_OFF)));

    assertThat(replicas(REF)).isZero();
    assertThat(isActive(REF)).isFalse();
  }

  @Test
  void advisoryChangesNothing() {
    show(Mode.ADVISORY, decided(new Outcome.Scale(3, 10, ScaleReason.FORECAST_ABOVE_CAPACITY)));

    assertThat(replicas(REF)).as("as many as there are").isEqualTo(3);
    assertThat(isActive(REF)).isTrue();
  }

  @Test
  void theInstallationsCeilingHoldsAtOnce() {
    show(Mode.ENFORCING, decided(new Outcome.Scale(3, 10, ScaleReason.FORECAST_ABOVE_CAPACITY)));
    await(modes.setInstallation(Mode.ADVISORY).subscribeAsCompletionStage().thenApply(v -> true));

    assertThat(replicas(REF)).isEqualTo(3);
  }

  @Test
  void besideOtherTriggersAdvisoryYieldsToThem() {
    show(Mode.ADVISORY, decided(new Outcome.Scale(3, 10, ScaleReason.FORECAST_ABOVE_CAPACITY)));
    ScaledObjectRef yields = ref(Map.of("scaler", "crm-web", "whileAdvising", "Yield"));

    assertThat(replicas(yields)).isZero();
    assertThat(isActive(yields)).isFalse();
  }

  // ------------------------------------------------------------------ unknown is never zero

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(failure(REF))
        .isEqualTo(
            entry(
                GrpcStatus.NOT_FOUND,
                "there is no PredictiveScaler crm/crm-web that can be followed; make one, or name"
                    + " it in the trigger's metadata as scaler"));
  }

  @Test
  void aTriggerThatCannotBeFollowedIsRefused() {
    show(Mode.ENFORCING, decided(new Outcome.Hold(4, HoldReason.ENOUGH)));

    assertThat(failure(ref(Map.of("scaler", "crm-web", "whileAdvising", "Act"))))
        .isEqualTo(
            entry(
                GrpcStatus.INVALID_ARGUMENT,
                "metadata whileAdvising \"Act\" is none of Hold, Yield"));
    assertThat(failure(ref(Map.of("scaler", ""))).getKey()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(
            call(
                    "GetMetrics",
                    GetMetricsRequest.newBuilder()
                        .setScaledObjectRef(REF)
                        .setMetricName("cpu")
                        .build(),
                    GetMetricsResponse.parser())
                .status())
        .isEqualTo(GrpcStatus.INVALID_ARGUMENT);
  }

  @Test
  void beforeTheFirstDecisionOnlyTheMetricsNameIsKnown() {
    board.show(Examples.fresh(Examples.WEB));

    assertThat(failure(REF).getKey()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(metricSpec(REF).getMetricSpecsCount()).isEqualTo(1);
  }

  @Test
  void anOldDecisionIsNoAnswer() {
    show(Mode.ENFORCING, decided(new Outcome.Hold(4, HoldReason.ENOUGH)));
    now.set(Examples.NOON.plusSeconds(180));
    assertThat(replicas(REF)).isEqualTo(4);

    now.set(Examples.NOON.plusSeconds(181));
    assertThat(failure(REF).getKey()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(failure(REF).getValue())
        .startsWith("the last decision on PredictiveScaler crm/crm-web is of 2026-05-04T12:00:00Z");
  }

  @ParameterizedTest
  @EnumSource(
      value = HoldReason.class,
      names = {"METRICS_MISSING", "CAPACITY_UNKNOWN", "TARGET_UNKNOWN"})
  void aDecisionMadeBlindIsNoAnswer(HoldReason reason) {
    show(Mode.ENFORCING, decided(new Outcome.Hold(0, reason)));

    assertThat(failure(REF).getKey()).isEqualTo(GrpcStatus.FAILED_PRECONDITION);
    assertThat(failure(REF).getValue()).startsWith(reason.label() + ": ");
  }

  @Test
  void aScalerThatWritesItselfIsNotHandedToKedaAsWell() {
    show(Mode.ENFORCING, decided(new Outcome.Hold(4, HoldReason.ENOUGH)), Actuation.SCALE);

    assertThat(failure(REF))
        .isEqualTo(
            entry(
                GrpcStatus.FAILED_PRECONDITION,
                "PredictiveScaler crm/crm-web acts by horizontal.actuator Scale; set it to Keda or"
                    + " Auto"));
  }

  // ------------------------------------------------------------------ the stream

  @Test
  void theStreamTellsTheActivityWithinASecondOfTheDecision() throws InterruptedException {
    show(Mode.ENFORCING, decided(new Outcome.Hold(0, HoldReason.SWITCHED_OFF)));
    Stream stream = open(REF);
    assertThat(stream.next(SOON)).isEqualTo("false");

    board.decided(decided(new Outcome.Scale(0, 4, ScaleReason.FORECAST_ABOVE_CAPACITY)));
    assertThat(stream.next(Duration.ofSeconds(1))).isEqualTo("true");

    board.decided(decided(new Outcome.Hold(4, HoldReason.ENOUGH)));
    board.decided(decided(new Outcome.Hold(0, HoldReason.METRICS_MISSING)));
    board.decided(decided(new Outcome.Hold(0, HoldReason.SWITCHED_OFF)));
    assertThat(stream.next(SOON)).as("what changes nothing is not told").isEqualTo("false");

    board.remove(Examples.WEB);
    assertThat(stream.next(SOON)).isEqualTo("NOT_FOUND");
  }

  @Test
  void asManyStreamsAreOpenAsMayAndOneThatEndsMakesRoom() throws InterruptedException {
    show(Mode.ENFORCING, decided(new Outcome.Hold(4, HoldReason.ENOUGH)));
    Stream first = open(REF);
    assertThat(first.next(SOON)).isEqualTo("true");
    assertThat(open(REF).next(SOON)).isEqualTo("true");
    assertThat(open(REF).next(SOON)).isEqualTo("RESOURCE_EXHAUSTED");

    first.request().cancel();
    Eventually.that(
        "its end is seen", SOON, () -> meters.get("tidecaster.keda.streams").gauge().value() == 1);
    assertThat(open(REF).next(SOON)).isEqualTo("true");
  }

  @Test
  void eachAnswerIsCounted() {
    show(Mode.ENFORCING, decided(new Outcome.Hold(4, HoldReason.ENOUGH)));
    isActive(REF);
    failure(ref(Map.of("scaler", "other")));

    assertThat(answers("IsActive", "OK")).isEqualTo(1);
    assertThat(answers("GetMetrics", "NOT_FOUND")).isEqualTo(1);
  }

  private double answers(String method, String status) {
    return meters
        .get("tidecaster.keda.answers")
        .tags("method", method, "status", status)
        .counter()
        .count();
  }

  // ------------------------------------------------------------------ the board

  private void show(Mode mode, Decision decision) {
    show(mode, decision, Actuation.AUTO);
  }

  private void show(Mode mode, Decision decision, Actuation actuation) {
    Scaler scaler = Examples.scaler(Examples.WEB, new Objective.RequestsPerReplica(120));
    board.show(
        new ScalerState(
            new Scaler(
                scaler.id(),
                scaler.target(),
                scaler.mode(),
                scaler.bounds(),
                scaler.load(),
                scaler.cpu(),
                scaler.objective(),
                scaler.hpaObjective(),
                scaler.serviceLevel(),
                scaler.leadTime(),
                scaler.behavior(),
                actuation,
                WorkCalendar.NONE,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            mode,
            Optional.of(decision),
            Examples.NOT_READY,
            Optional.empty()));
  }

  private static Decision decided(Outcome outcome) {
    Decision example = Examples.scale(Examples.WEB, Examples.NOON);
    return new Decision(
        example.scaler(),
        example.at(),
        example.mode(),
        new Fleet(3, 3, example.fleet().cpuRequestCores(), "4711"),
        example.load(),
        example.forecast(),
        example.capacity(),
        example.leadTime(),
        example.neededNow(),
        example.planned(),
        example.clamps(),
        outcome,
        example.hpa(),
        example.sentence());
  }

  // ------------------------------------------------------------------ KEDA

  private static ScaledObjectRef ref(Map<String, String> metadata) {
    return ScaledObjectRef.newBuilder()
        .setName("crm")
        .setNamespace("crm")
        .putAllScalerMetadata(metadata)
        .build();
  }

  private record Answered<A>(GrpcStatus status, String detail, Optional<A> message) {}

  /** An open stream: activities, and the status it ended with. */
  private record Stream(
      GrpcClientRequest<ScaledObjectRef, IsActiveResponse> request, BlockingQueue<String> told) {
    String next(Duration within) throws InterruptedException {
      return Optional.ofNullable(told.poll(within.toMillis(), TimeUnit.MILLISECONDS))
          .orElse("nothing");
    }
  }

  private GetMetricSpecResponse metricSpec(ScaledObjectRef ref) {
    return call("GetMetricSpec", ref, GetMetricSpecResponse.parser()).message().orElseThrow();
  }

  private boolean isActive(ScaledObjectRef ref) {
    return call("IsActive", ref, IsActiveResponse.parser()).message().orElseThrow().getResult();
  }

  private double replicas(ScaledObjectRef ref) {
    List<MetricValue> values = metrics(ref).message().orElseThrow().getMetricValuesList();
    assertThat(values).hasSize(1);
    assertThat(values.getFirst().getMetricValue())
        .isEqualTo((long) values.getFirst().getMetricValueFloat());
    return values.getFirst().getMetricValueFloat();
  }

  private Map.Entry<GrpcStatus, String> failure(ScaledObjectRef ref) {
    var answered = metrics(ref);
    assertThat(answered.message()).isEmpty();
    return entry(answered.status(), answered.detail());
  }

  private Answered<GetMetricsResponse> metrics(ScaledObjectRef ref) {
    return call(
        "GetMetrics",
        GetMetricsRequest.newBuilder()
            .setScaledObjectRef(ref)
            .setMetricName("tidecaster-desired-replicas")
            .build(),
        GetMetricsResponse.parser());
  }

  private <Q extends MessageLite, A extends MessageLite> Answered<A> call(
      String name, Q question, Parser<A> answer) {
    ServiceMethod<A, Q> method =
        ServiceMethod.client(
            KedaServer.SERVICE,
            name,
            GrpcMessageEncoder.encoder(),
            GrpcMessageDecoder.decoder(answer));
    return await(
        client
            .request(address(), method)
            .compose(request -> request.send(question))
            .compose(response -> {
              AtomicReference<Optional<A>> message = new AtomicReference<>(Optional.empty());
              response.handler(told -> message.set(Optional.of(told)));
              return response
                  .end()
                  .otherwiseEmpty()
                  .map(ended ->
                      new Answered<>(
                          response.status(),
                          Optional.ofNullable(response.statusMessage()).orElse(""),
                          message.get()));
            })
            .toCompletionStage());
  }

  private Stream open(ScaledObjectRef ref) {
    ServiceMethod<IsActiveResponse, ScaledObjectRef> method =
        ServiceMethod.client(
            KedaServer.SERVICE,
            "StreamIsActive",
            GrpcMessageEncoder.encoder(),
            GrpcMessageDecoder.decoder(IsActiveResponse.parser()));
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    Future<GrpcClientRequest<ScaledObjectRef, IsActiveResponse>> opened =
        client.request(address(), method);
    return await(
        opened
            .map(request -> {
              request
                  .response()
                  .onSuccess(response -> {
                    response.handler(message -> told.add(String.valueOf(message.getResult())));
                    response.endHandler(v -> told.add(response.status().name()));
                  });
              request.end(ref);
              return new Stream(request, told);
            })
            .toCompletionStage());
  }

  private SocketAddress address() {
    return SocketAddress.inetSocketAddress(server.port().orElseThrow(), "127.0.0.1");
  }

  private static <T> T await(java.util.concurrent.CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
  }
}
