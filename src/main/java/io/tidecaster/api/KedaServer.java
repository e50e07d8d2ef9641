package io.tidecaster.api;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import externalscaler.Externalscaler;
import externalscaler.GetMetricSpecResponse;
import externalscaler.GetMetricsRequest;
import externalscaler.GetMetricsResponse;
import externalscaler.IsActiveResponse;
import externalscaler.MetricSpec;
import externalscaler.MetricValue;
import externalscaler.ScaledObjectRef;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.subscription.Cancellable;
import io.tidecaster.workload.Actuation;
import io.tidecaster.workload.ScalerId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Answers KEDA from memory: each replica of Tidecaster has what all have decided, so any may be
 * asked. Nothing is written of a workload here; KEDA's HPA does that.
 */
@ApplicationScoped
class KedaServer {
  static final ServiceName SERVICE = ServiceName.create("externalscaler", "ExternalScaler");

  private static final Logger LOG = Logger.getLogger(KedaServer.class);

  /** The bytes of a request: a ScaledObject's name and the metadata of one trigger. */
  private static final int MOST_REQUEST_BYTES = 65_536;

  private static final double REPLICAS_A_REPLICA = 1;

  private final Board board;
  private final Modes modes;
  private final KedaConfig config;
  private final InstantSource clock;
  private final MeterRegistry meters;
  private final Vertx vertx;
  private final AtomicInteger streams = new AtomicInteger();
  private @Nullable HttpServer server;

  KedaServer(
      Board board,
      Modes modes,
      KedaConfig config,
      InstantSource clock,
      MeterRegistry meters,
      Vertx vertx) {
    this.board = board;
    this.modes = modes;
    this.config = config;
    this.clock = clock;
    this.meters = meters;
    this.vertx = vertx;
  }

  void start(@Observes StartupEvent event) {
    config
        .port()
        .ifPresent(port -> {
          var _ = Externalscaler.getDescriptor(); // here, for it would hold up the event loop
          listen(port);
        });
  }

  private void listen(int port) {
    GrpcServer grpc =
        GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(MOST_REQUEST_BYTES));
    answer(grpc, "IsActive", ScaledObjectRef.parser(), this::isActive);
    answer(grpc, "GetMetricSpec", ScaledObjectRef.parser(), this::metricSpec);
    answer(grpc, "GetMetrics", GetMetricsRequest.parser(), this::metrics);
    ServiceMethod<ScaledObjectRef, IsActiveResponse> pushed =
        method("StreamIsActive", ScaledObjectRef.parser());
    grpc.callHandler(pushed, call -> call.handler(ref -> stream(call, ref)));
    HttpServer listening =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost(config.host())
                    .setPort(port)
                    .setHttp2ClearTextEnabled(true))
            .requestHandler(grpc)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    server = listening;
    meters.gauge("tidecaster.keda.streams", streams);
    LOG.infof("KEDA is answered on port %d", listening.actualPort());
  }

  /** Where it listens; empty where KEDA is not served. */
  Optional<Integer> port() {
    return Optional.ofNullable(server).map(HttpServer::actualPort);
  }

  void stop(@Observes ShutdownEvent event) {
    close();
  }

  /** Listens no more; streams that are open end. */
  void close() {
    if (server != null) {
      var _ = server.close();
    }
  }

  private static <Q extends MessageLite, A extends MessageLite> ServiceMethod<Q, A> method(
      String name, Parser<Q> question) {
    return ServiceMethod.server(
        SERVICE, name, GrpcMessageEncoder.encoder(), GrpcMessageDecoder.decoder(question));
  }

  /** What is answered at once, or why it cannot be. */
  private sealed interface Reply<A> {
    record Message<A>(A message) implements Reply<A> {}

    record Failure<A>(KedaAnswer.Unknown why) implements Reply<A> {}
  }

  private <Q extends MessageLite, A extends MessageLite> void answer(
      GrpcServer grpc, String name, Parser<Q> question, Function<Q, Reply<A>> answers) {
    ServiceMethod<Q, A> method = method(name, question);
    grpc.callHandler(
        method,
        call ->
            call.handler(asked -> {
              switch (answers.apply(asked)) {
                case Reply.Message<A>(A message) -> {
                  count(name, GrpcStatus.OK);
                  var _ = call.response().end(message);
                }
                case Reply.Failure<A>(KedaAnswer.Unknown why) -> fail(name, call.response(), why);
              }
            }));
  }

  private void fail(String name, GrpcServerResponse<?, ?> response, KedaAnswer.Unknown why) {
    count(name, why.status());
    var _ = response.status(why.status()).statusMessage(why.detail()).end();
  }

  private Reply<IsActiveResponse> isActive(ScaledObjectRef ref) {
    return switch (answer(ref)) {
      case KedaAnswer.Replicas told -> new Reply.Message<>(active(told));
      case KedaAnswer.Unknown why -> new Reply.Failure<>(why);
    };
  }

  private static IsActiveResponse active(KedaAnswer.Replicas told) {
    return IsActiveResponse.newBuilder().setResult(told.active()).build();
  }

  /** KEDA makes the HPA from it, so that it does not wait for a decision. */
  private Reply<GetMetricSpecResponse> metricSpec(ScaledObjectRef ref) {
    return answer(ref) instanceof KedaAnswer.Unknown why && isMistaken(why)
        ? new Reply.Failure<>(why)
        : new Reply.Message<>(
            GetMetricSpecResponse.newBuilder()
                .addMetricSpecs(
                    MetricSpec.newBuilder()
                        .setMetricName(Actuation.KEDA_METRIC)
                        .setTargetSize((long) REPLICAS_A_REPLICA)
                        .setTargetSizeFloat(REPLICAS_A_REPLICA))
                .build());
  }

  /** Whether the trigger is wrong, rather than that nothing is known yet. */
  private static boolean isMistaken(KedaAnswer.Unknown why) {
    return why.status() == GrpcStatus.INVALID_ARGUMENT || why.status() == GrpcStatus.NOT_FOUND;
  }

  private Reply<GetMetricsResponse> metrics(GetMetricsRequest request) {
    if (!request.getMetricName().equals(Actuation.KEDA_METRIC)) {
      return new Reply.Failure<>(
          new KedaAnswer.Unknown(
              GrpcStatus.INVALID_ARGUMENT,
              "metric \"%s\" is none; ask for %s"
                  .formatted(request.getMetricName(), Actuation.KEDA_METRIC)));
    }
    return switch (answer(request.getScaledObjectRef())) {
      case KedaAnswer.Replicas told ->
          new Reply.Message<>(
              GetMetricsResponse.newBuilder()
                  .addMetricValues(
                      MetricValue.newBuilder()
                          .setMetricName(Actuation.KEDA_METRIC)
                          .setMetricValue(told.replicas())
                          .setMetricValueFloat(told.replicas() * REPLICAS_A_REPLICA))
                  .build());
      case KedaAnswer.Unknown why -> new Reply.Failure<>(why);
    };
  }

  private KedaAnswer answer(ScaledObjectRef ref) {
    ScalerId id;
    try {
      id = KedaAnswers.named(ref.getNamespace(), ref.getName(), ref.getScalerMetadataMap());
    } catch (IllegalArgumentException e) {
      return new KedaAnswer.Unknown(GrpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
    return KedaAnswers.of(
        id,
        board.scaler(id),
        modes.installation(),
        ref.getScalerMetadataMap(),
        clock.instant(),
        config.freshFor());
  }

  /** Tells the activity at once and whenever it changes; what is not known changes nothing. */
  private void stream(
      GrpcServerRequest<ScaledObjectRef, IsActiveResponse> call, ScaledObjectRef ref) {
    KedaAnswer first = answer(ref);
    if (first instanceof KedaAnswer.Unknown why && isMistaken(why)) {
      fail("StreamIsActive", call.response(), why);
      return;
    }
    if (streams.get() >= config.streams()) {
      fail(
          "StreamIsActive",
          call.response(),
          new KedaAnswer.Unknown(
              GrpcStatus.RESOURCE_EXHAUSTED,
              "%d streams are open; raise tidecaster.keda.streams, or take triggers of type external"
                  .formatted(config.streams())));
      return;
    }
    new ActivityStream(call, ref).open();
  }

  /** One stream; all of it but the bell runs on the call's own context. */
  private final class ActivityStream {
    private final GrpcServerRequest<ScaledObjectRef, IsActiveResponse> call;
    private final ScaledObjectRef ref;
    private final Context context;
    private Optional<Boolean> told = Optional.empty();
    private boolean ended;
    private @Nullable Cancellable bell;

    ActivityStream(GrpcServerRequest<ScaledObjectRef, IsActiveResponse> call, ScaledObjectRef ref) {
      this.call = call;
      this.ref = ref;
      this.context = vertx.getOrCreateContext();
    }

    void open() {
      streams.incrementAndGet();
      count("StreamIsActive", GrpcStatus.OK);
      call.errorHandler(error -> end());
      call.exceptionHandler(gone -> end());
      call.response().exceptionHandler(gone -> end());
      call.connection().closeHandler(closed -> context.runOnContext(v -> end()));
      ScalerId id =
          KedaAnswers.named(ref.getNamespace(), ref.getName(), ref.getScalerMetadataMap());
      bell =
          board
              .changes()
              .filter(id::equals)
              .onOverflow()
              .dropPreviousItems()
              .subscribe()
              .with(
                  rung -> context.runOnContext(v -> tell()),
                  failure -> context.runOnContext(v -> give(failure)));
      tell();
    }

    private void tell() {
      if (ended) {
        return;
      }
      switch (answer(ref)) {
        case KedaAnswer.Replicas now -> {
          if (!told.equals(Optional.of(now.active()))) {
            told = Optional.of(now.active());
            var _ = call.response().write(active(now));
          }
        }
        case KedaAnswer.Unknown why -> {
          if (isMistaken(why)) {
            end();
            fail("StreamIsActive", call.response(), why);
          }
        }
      }
    }

    private void give(Throwable failure) {
      if (!ended) {
        end();
        fail(
            "StreamIsActive",
            call.response(),
            new KedaAnswer.Unknown(GrpcStatus.UNAVAILABLE, String.valueOf(failure.getMessage())));
      }
    }

    private void end() {
      if (!ended) {
        ended = true;
        streams.decrementAndGet();
        if (bell != null) {
          bell.cancel();
        }
      }
    }
  }

  private void count(String method, GrpcStatus status) {
    meters
        .counter("tidecaster.keda.answers", "method", method, "status", status.name())
        .increment();
  }
}
