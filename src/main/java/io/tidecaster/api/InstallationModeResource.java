package io.tidecaster.api;

import io.smallrye.mutiny.Uni;
import io.tidecaster.workload.Mode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The installation's mode: the ceiling over each scaler's. */
@Path("/api/v1/mode")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Modes", description = "How far Tidecaster may go.")
public class InstallationModeResource {
  private final Modes modes;
  private final ApiConfig config;

  InstallationModeResource(Modes modes, ApiConfig config) {
    this.modes = modes;
    this.config = config;
  }

  /** What the installation is set to. */
  @GET
  @Operation(summary = "Show the installation's mode")
  @APIResponse(
      responseCode = "200",
      description = "The mode.",
      content = @Content(schema = @Schema(implementation = ModeJson.class)))
  public ModeJson show() {
    return ModeJson.of(modes.installation());
  }

  /** Sets the installation's mode. */
  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Set the installation's mode",
      description =
          "It is the ceiling over each scaler's: Advisory stops all writing at once and leaves what"
              + " each scaler is set to as it is. Answers when the change is on Kafka.")
  @APIResponse(
      responseCode = "200",
      description = "The mode.",
      content = @Content(schema = @Schema(implementation = ModeJson.class)))
  @APIResponse(responseCode = "400", ref = ProblemResponses.BAD_REQUEST)
  @APIResponse(responseCode = "409", ref = ProblemResponses.CONFLICT)
  @APIResponse(responseCode = "415", ref = ProblemResponses.UNSUPPORTED_MEDIA_TYPE)
  @APIResponse(responseCode = "422", ref = ProblemResponses.UNPROCESSABLE)
  @APIResponse(responseCode = "503", ref = ProblemResponses.UNAVAILABLE)
  public Uni<ModeJson> set(@Nullable ModeJson body) {
    Mode mode = ModeRequests.parse(body);
    return KafkaWrites.within(config.writeTimeout(), modes.setInstallation(mode), "mode")
        .map(_ -> ModeJson.of(mode));
  }
}
