package io.tidecaster.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Describes the errors once, under names that the operations refer to. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ProblemResponses implements OASFilter {
  static final String BAD_REQUEST = "BadRequest";
  static final String UNAUTHENTICATED = "Unauthenticated";
  static final String FORBIDDEN = "Forbidden";
  static final String NOT_FOUND = "NotFound";
  static final String CONFLICT = "Conflict";
  static final String UNSUPPORTED_MEDIA_TYPE = "UnsupportedMediaType";
  static final String UNPROCESSABLE = "Unprocessable";
  static final String UNAVAILABLE = "Unavailable";

  private static final String BEARER = "bearer";
  private static final Map<String, String> DESCRIPTIONS = new LinkedHashMap<>();

  static {
    DESCRIPTIONS.put(BAD_REQUEST, "A parameter or the body cannot be read.");
    DESCRIPTIONS.put(UNAUTHENTICATED, "There is no bearer token, or none that is known.");
    DESCRIPTIONS.put(FORBIDDEN, "Who asks may not do this.");
    DESCRIPTIONS.put(NOT_FOUND, "There is no such thing.");
    DESCRIPTIONS.put(CONFLICT, "The installation does not allow this.");
    DESCRIPTIONS.put(UNSUPPORTED_MEDIA_TYPE, "The body is not application/json.");
    DESCRIPTIONS.put(UNPROCESSABLE, "The body is JSON, and its value is not valid.");
    DESCRIPTIONS.put(UNAVAILABLE, "Something this needs cannot be reached now; see Retry-After.");
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    DESCRIPTIONS.forEach(
        (name, description) -> document.getComponents().addResponse(name, problem(description)));
    document
        .getComponents()
        .addSecurityScheme(
            BEARER,
            OASFactory.createSecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"));
    document
        .getPaths()
        .getPathItems()
        .forEach((path, item) -> {
          if (path.startsWith("/api/v1/")) {
            item.getOperations().values().forEach(ProblemResponses::needsToken);
          }
        });
  }

  private static void needsToken(Operation operation) {
    operation
        .addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme(BEARER))
        .getResponses()
        .addAPIResponse("401", OASFactory.createAPIResponse().ref(UNAUTHENTICATED))
        .addAPIResponse("403", OASFactory.createAPIResponse().ref(FORBIDDEN))
        .addAPIResponse("503", OASFactory.createAPIResponse().ref(UNAVAILABLE));
  }

  private static APIResponse problem(String description) {
    return OASFactory.createAPIResponse()
        .description(description)
        .content(
            OASFactory.createContent()
                .addMediaType(
                    ProblemMappers.PROBLEM_JSON,
                    OASFactory.createMediaType().schema(OASFactory.createSchema().ref("Problem"))));
  }
}
