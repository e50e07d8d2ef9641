package io.tidecaster.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.tidecaster.decide.Decision;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** The scalers: how they stand, what is forecast and decided for them, and their modes. */
@Path("/api/v1/scalers")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Scalers", description = "What is known, forecast and decided, scaler by scaler.")
public class ScalersResource {
  private static final int MOST_SOURCES = 10_000;
  private static final double MOST_VARIATION = 20;
  private static final double MOST_SKEW = 5;

  private final Board board;
  private final Modes modes;
  private final Events events;
  private final Balancers balancers;
  private final EventStreams streams;
  private final ApiConfig config;

  ScalersResource(
      Board board,
      Modes modes,
      Events events,
      Balancers balancers,
      EventStreams streams,
      ApiConfig config) {
    this.board = board;
    this.modes = modes;
    this.events = events;
    this.balancers = balancers;
    this.streams = streams;
    this.config = config;
  }

  /** All scalers, page by page. */
  @GET
  @Operation(summary = "List the scalers", description = "Ascending by namespace, then name.")
  @APIResponse(
      responseCode = "200",
      description = "A page.",
      content = @Content(schema = @Schema(implementation = ScalerPage.class)))
  @APIResponse(responseCode = "400", ref = ProblemResponses.BAD_REQUEST)
  public ScalerPage list(
      @BeanParam PageQuery page,
      @Parameter(
              name = "namespace",
              in = ParameterIn.QUERY,
              description = "None of other namespaces; the right to list is asked for in this one.",
              schema = @Schema(type = SchemaType.STRING))
          @QueryParam("namespace")
          @Nullable String namespace) {
    int size = QueryParameters.limit(page.limit, config);
    Optional<ScalerId> after = QueryParameters.scalerCursor(page.cursor);
    Mode installation = modes.installation();
    List<ScalerState> found =
        board.scalers().stream()
            .filter(state -> namespace == null || state.scaler().id().namespace().equals(namespace))
            .filter(state -> after.map(id -> state.scaler().id().compareTo(id) > 0).orElse(true))
            .limit(size + 1L)
            .toList();
    Slice<ScalerState> slice = Slice.of(found, size, state -> state.scaler().id().toString());
    return new ScalerPage(slice.map(state -> ScalerJson.of(state, installation)), slice.next());
  }

  /** One scaler. */
  @GET
  @Path("{namespace}/{name}")
  @Operation(summary = "Show a scaler")
  @APIResponse(
      responseCode = "200",
      description = "The scaler.",
      content = @Content(schema = @Schema(implementation = ScalerJson.class)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public ScalerJson show(@RestPath String namespace, @RestPath String name) {
    return ScalerJson.of(state(namespace, name), modes.installation());
  }

  /** The latest forecast. */
  @GET
  @Path("{namespace}/{name}/forecast")
  @Operation(
      summary = "Show the latest forecast",
      description =
          "A scaler that has no forecast (yet) answers 200 with notReady: that is what is known of"
              + " it, and the reactive rule scales meanwhile.")
  @APIResponse(
      responseCode = "200",
      description = "The forecast, or why there is none.",
      content = @Content(schema = @Schema(implementation = ForecastJson.class)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public ForecastJson forecast(@RestPath String namespace, @RestPath String name) {
    return ForecastJson.of(state(namespace, name).forecast());
  }

  /** What the containers will use. */
  @GET
  @Path("{namespace}/{name}/usage")
  @Operation(
      summary = "Show what the containers will use",
      description =
          "For each container that is sized, quantiles of the CPU of a replica and of the memory of"
              + " the replica that uses most, as the forecast of the load has them; what is not"
              + " known (yet) has notReady. 404 where no container is sized.")
  @APIResponse(
      responseCode = "200",
      description = "The containers.",
      content = @Content(schema = @Schema(implementation = UsageJson.class)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public UsageJson usage(@RestPath String namespace, @RestPath String name) {
    Scaler scaler = state(namespace, name).scaler();
    return UsageJson.of(
        scaler
            .vertical()
            .orElseThrow(() -> new ProblemException(Problem.notSized(scaler.id().toString()))),
        board.report(scaler.id()));
  }

  /** What is known of one scaler's future. */
  @GET
  @Path("{namespace}/{name}/calendar")
  @Operation(
      summary = "Show what is known to come",
      description = "The events that concern a scaler, from a day back to 14 days ahead.")
  @APIResponse(
      responseCode = "200",
      description = "The calendar.",
      content = @Content(schema = @Schema(implementation = CalendarJson.class)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public CalendarJson calendar(@RestPath String namespace, @RestPath String name) {
    return CalendarJson.of(
        events
            .calendar(state(namespace, name).scaler().id())
            .orElseThrow(() -> new ProblemException(Problem.unknownScaler(namespace + "/" + name))),
        events.now(),
        config.maxPageItems());
  }

  /** How the forecasts have done. */
  @GET
  @Path("{namespace}/{name}/accuracy")
  @Operation(
      summary = "Show how the forecasts have done",
      description =
          "Pinball loss, coverage and skill against the seasonal naive forecasts, by time ahead,"
              + " those of the days held out at the last fit included.")
  @APIResponse(
      responseCode = "200",
      description = "What was measured.",
      content = @Content(schema = @Schema(implementation = AccuracyJson.class)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public AccuracyJson accuracy(@RestPath String namespace, @RestPath String name) {
    return AccuracyJson.of(board.report(state(namespace, name).scaler().id()));
  }

  /** Why the forecast is what it is. */
  @GET
  @Path("{namespace}/{name}/why")
  @Operation(
      summary = "Explain the latest forecast",
      description = "What moved it, strongest first, and in a sentence.")
  @APIResponse(
      responseCode = "200",
      description = "The reasons.",
      content = @Content(schema = @Schema(implementation = WhyJson.class)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public WhyJson why(@RestPath String namespace, @RestPath String name) {
    return WhyJson.of(board.report(state(namespace, name).scaler().id()));
  }

  /** How the balancers stand, and which algorithm suits the fleet. */
  @GET
  @Path("{namespace}/{name}/balancer")
  @Operation(
      summary = "Show the balancers, and which algorithm suits",
      description =
          "Asks each HAProxy how it stands, and simulates six algorithms on the fleet as it is"
              + " known. What is not known is assumed, and said to be; what you know better can be"
              + " given. Nothing is changed.")
  @APIResponse(
      responseCode = "200",
      description = "The balancers and the advice.",
      content = @Content(schema = @Schema(implementation = BalancerJson.class)))
  @APIResponse(responseCode = "400", ref = ProblemResponses.BAD_REQUEST)
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public BalancerJson balancer(
      @RestPath String namespace,
      @RestPath String name,
      @Parameter(
              name = "variation",
              in = ParameterIn.QUERY,
              description = "Standard deviation of a request's work ÷ its mean, 0 to 20.",
              schema = @Schema(type = SchemaType.NUMBER))
          @QueryParam("variation")
          @Nullable String variation,
      @Parameter(
              name = "sources",
              in = ParameterIn.QUERY,
              description = "How many addresses send, 1 to 10000.",
              schema = @Schema(type = SchemaType.INTEGER))
          @QueryParam("sources")
          @Nullable String sources,
      @Parameter(
              name = "skew",
              in = ParameterIn.QUERY,
              description = "Shares of the sources fall as 1 ÷ rank to the power of this, 0 to 5.",
              schema = @Schema(type = SchemaType.NUMBER))
          @QueryParam("skew")
          @Nullable String skew) {
    OptionalDouble count = QueryParameters.number("sources", sources, 1, MOST_SOURCES);
    return BalancerJson.of(
        balancers.report(
            state(namespace, name).scaler(),
            new Balancers.Given(
                QueryParameters.number("variation", variation, 0, MOST_VARIATION),
                count.isPresent() ? OptionalInt.of((int) count.getAsDouble()) : OptionalInt.empty(),
                QueryParameters.number("skew", skew, 0, MOST_SKEW))));
  }

  /** The last decision as advice. */
  @GET
  @Path("{namespace}/{name}/recommendation")
  @Operation(
      summary = "Show the recommendation in force",
      description =
          "The last decision as advice, and until when it holds. A scaler that nothing was decided"
              + " for yet answers 200 with notReady.")
  @APIResponse(
      responseCode = "200",
      description = "The recommendation, or why there is none.",
      content = @Content(schema = @Schema(implementation = RecommendationJson.class)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public RecommendationJson recommendation(@RestPath String namespace, @RestPath String name) {
    return RecommendationJson.of(
        state(namespace, name), modes.installation(), config.recommendationValidity());
  }

  /** The journal of a scaler. */
  @GET
  @Path("{namespace}/{name}/decisions")
  @Operation(
      summary = "List the decisions",
      description =
          "Newest first. A page's cursor stays good while newer decisions arrive; how far back they"
              + " reach is bounded.")
  @APIResponse(
      responseCode = "200",
      description = "A page.",
      content = @Content(schema = @Schema(implementation = DecisionPage.class)))
  @APIResponse(responseCode = "400", ref = ProblemResponses.BAD_REQUEST)
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public DecisionPage decisions(
      @RestPath String namespace,
      @RestPath String name,
      @BeanParam PageQuery page,
      @Parameter(
              name = "since",
              in = ParameterIn.QUERY,
              description = "None before this time.",
              schema = @Schema(type = SchemaType.STRING, format = "date-time"))
          @QueryParam("since")
          @Nullable String since) {
    int size = QueryParameters.limit(page.limit, config);
    DecisionRange range =
        new DecisionRange(
            QueryParameters.time("since", since),
            QueryParameters.timeCursor(page.cursor),
            size + 1);
    ScalerId id = state(namespace, name).scaler().id();
    Slice<Decision> slice =
        Slice.of(board.decisions(id, range), size, decision -> decision.at().toString());
    return new DecisionPage(slice.map(DecisionJson::of), slice.next());
  }

  /** What the scaler is set to. */
  @GET
  @Path("{namespace}/{name}/mode")
  @Tag(name = "Modes")
  @Operation(summary = "Show a scaler's mode")
  @APIResponse(
      responseCode = "200",
      description = "What it is set to, and what holds of it.",
      content = @Content(schema = @Schema(implementation = ScalerModeJson.class)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public ScalerModeJson mode(@RestPath String namespace, @RestPath String name) {
    return ScalerModeJson.of(state(namespace, name).mode(), modes.installation());
  }

  /** Sets a scaler's mode. */
  @PUT
  @Path("{namespace}/{name}/mode")
  @Consumes(MediaType.APPLICATION_JSON)
  @Tag(name = "Modes")
  @Operation(
      summary = "Set a scaler's mode",
      description =
          "The installation's mode stays the ceiling: a mode above it is kept, and holds once the"
              + " ceiling is raised. Answers when the change is on Kafka.")
  @APIResponse(
      responseCode = "200",
      description = "What it is set to, and what holds of it.",
      content = @Content(schema = @Schema(implementation = ScalerModeJson.class)))
  @APIResponse(responseCode = "400", ref = ProblemResponses.BAD_REQUEST)
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  @APIResponse(responseCode = "409", ref = ProblemResponses.CONFLICT)
  @APIResponse(responseCode = "415", ref = ProblemResponses.UNSUPPORTED_MEDIA_TYPE)
  @APIResponse(responseCode = "422", ref = ProblemResponses.UNPROCESSABLE)
  @APIResponse(responseCode = "503", ref = ProblemResponses.UNAVAILABLE)
  public Uni<ScalerModeJson> setMode(
      @RestPath String namespace, @RestPath String name, @Nullable ModeJson body) {
    ScalerId id = state(namespace, name).scaler().id();
    Mode mode = ModeRequests.parse(body);
    return KafkaWrites.within(config.writeTimeout(), modes.setScaler(id, mode), "mode")
        .map(_ -> ScalerModeJson.of(mode, modes.installation()));
  }

  /** Takes a scaler's mode back. */
  @DELETE
  @Path("{namespace}/{name}/mode")
  @Tag(name = "Modes")
  @Operation(
      summary = "Take back what a scaler was set to",
      description =
          "Its resource says the mode again, and its trial where it has one. Nothing changes where"
              + " nobody had set it. Answers when the change is on Kafka.")
  @APIResponse(
      responseCode = "200",
      description = "What it is set to from now on, and what holds of it.",
      content = @Content(schema = @Schema(implementation = ScalerModeJson.class)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  @APIResponse(responseCode = "409", ref = ProblemResponses.CONFLICT)
  @APIResponse(responseCode = "503", ref = ProblemResponses.UNAVAILABLE)
  public Uni<ScalerModeJson> unsetMode(@RestPath String namespace, @RestPath String name) {
    ScalerId id = state(namespace, name).scaler().id();
    return KafkaWrites.within(config.writeTimeout(), modes.unsetScaler(id), "mode")
        .map(mode -> ScalerModeJson.of(mode, modes.installation()));
  }

  /** What becomes of a scaler, as it comes. */
  @GET
  @Path("{namespace}/{name}/stream")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @ResponseHeader(name = "Cache-Control", value = "no-cache, no-transform")
  @ResponseHeader(name = "X-Accel-Buffering", value = "no")
  @Operation(
      summary = "Follow a scaler",
      description =
          """
          Server-sent events. On connecting come `scaler`, `forecast` and the last `decision`; then
          each as it changes:

          | event | data | id |
          | --- | --- | --- |
          | `scaler` | Scaler | |
          | `forecast` | ForecastOutcome | |
          | `decision` | Decision | its `at` |
          | `gone` | `{}`: the scaler was removed, the stream ends | |

          With `Last-Event-ID` the decisions since then come first, oldest first, at most the newest
          1440; one that is no time is passed over. A comment comes every 15 s while nothing else
          does.
          """)
  @APIResponse(
      responseCode = "200",
      description = "The events.",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  @APIResponse(responseCode = "503", ref = ProblemResponses.UNAVAILABLE)
  public Multi<OutboundSseEvent> stream(
      @RestPath String namespace,
      @RestPath String name,
      @Parameter(
              name = "Last-Event-ID",
              in = ParameterIn.HEADER,
              description = "The id of the last event seen; a browser sends it by itself.",
              schema = @Schema(type = SchemaType.STRING, format = "date-time"))
          @HeaderParam("Last-Event-ID")
          @Nullable String lastEventId,
      @Context Sse sse) {
    ScalerId id = state(namespace, name).scaler().id();
    Optional<Instant> after = QueryParameters.lastEvent(lastEventId);
    return streams.open(id, after, sse);
  }

  private ScalerState state(String namespace, String name) {
    try {
      return board
          .scaler(new ScalerId(namespace, name))
          .orElseThrow(() -> new ProblemException(Problem.unknownScaler(namespace + "/" + name)));
    } catch (IllegalArgumentException noId) {
      throw new ProblemException(Problem.unknownScaler(namespace + "/" + name), noId);
    }
  }
}
