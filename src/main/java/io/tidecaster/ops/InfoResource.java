package io.tidecaster.ops;

import io.quarkus.runtime.ImageMode;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Which Tidecaster answers, and what it runs on. */
@Path("/q/info")
@Produces(MediaType.APPLICATION_JSON)
public class InfoResource {

  /**
   * @param runtime {@code jvm} or {@code native}
   */
  public record InfoJson(String name, String version, String commit, String runtime, String java) {}

  @GET
  @Operation(hidden = true)
  public InfoJson info() {
    Build build = Build.current();
    return new InfoJson("tidecaster", build.version(), build.commit(), runtime(), javaVersion());
  }

  static String runtime() {
    return ImageMode.current().isNativeImage() ? "native" : "jvm";
  }

  private static String javaVersion() {
    return Runtime.version().toString();
  }
}
