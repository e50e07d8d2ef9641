package io.tidecaster.api;

import io.tidecaster.workload.ScalerId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.OptionalInt;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** The balancers in front of a scaler's replicas. */
@Path("/api/v1/scalers/{namespace}/{name}/balancer")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Scalers")
public class BalancerResource {
  private static final int MOST_SOURCES = 10_000;
  private static final double MOST_VARIATION = 20;
  private static final double MOST_SKEW = 5;

  private final Board board;
  private final Balancers balancers;

  BalancerResource(Board board, Balancers balancers) {
    this.board = board;
    this.balancers = balancers;
  }

  /** How the balancers stand, and which algorithm suits the fleet. */
  @GET
  @Operation(
      summary = "Show the balancers, and which algorithm suits",
      description =
          "Asks each HAProxy how it stands, and simulates six algorithms on the fleet as it is known."
              + " What is not known is assumed, and said to be; what you know better can be given."
              + " Nothing is changed.")
  @APIResponse(
      responseCode = "200",
      description = "The balancers and the advice.",
      content = @Content(schema = @Schema(implementation = BalancerJson.class)))
  @APIResponse(responseCode = "400", ref = ProblemResponses.BAD_REQUEST)
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public BalancerJson show(
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
    ScalerState state = state(namespace, name);
    var count = QueryParameters.number("sources", sources, 1, MOST_SOURCES);
    return BalancerJson.of(
        balancers.report(
            state.scaler(),
            new Balancers.Given(
                QueryParameters.number("variation", variation, 0, MOST_VARIATION),
                count.isPresent() ? OptionalInt.of((int) count.getAsDouble()) : OptionalInt.empty(),
                QueryParameters.number("skew", skew, 0, MOST_SKEW))));
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
