package io.tidecaster.api;

import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Which page of a listing is asked for. */
public class PageQuery {
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      description = "Most items on the page; 100 unless told, at most 1000.",
      schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000"))
  @QueryParam("limit")
  public @Nullable String limit;

  @Parameter(
      name = "cursor",
      in = ParameterIn.QUERY,
      description = "The page before's next.",
      schema = @Schema(type = SchemaType.STRING))
  @QueryParam("cursor")
  public @Nullable String cursor;
}
