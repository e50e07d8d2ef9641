package io.tidecaster.ingest;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The remote write endpoint. */
@Path("/api/v1/write")
public class RemoteWriteResource {
  private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";

  private final RemoteWriteReceiver receiver;

  RemoteWriteResource(RemoteWriteReceiver receiver) {
    this.receiver = receiver;
  }

  @POST
  @RunOnVirtualThread
  @Operation(
      summary = "Prometheus remote write 1.0 and 2.0",
      description =
          "A protobuf message in a snappy block; answered once Kafka has acknowledged it.")
  @APIResponse(responseCode = "204", description = "All of it is written.")
  @APIResponse(responseCode = "400", description = "Not decodable, or some series are invalid.")
  @APIResponse(responseCode = "413", description = "Larger than is taken.")
  @APIResponse(responseCode = "415", description = "Another content type or encoding.")
  @APIResponse(responseCode = "429", description = "Too much at once; try again.")
  @APIResponse(responseCode = "503", description = "Kafka did not acknowledge it; try again.")
  public Response write(@Context HttpHeaders headers, InputStream body) throws IOException {
    RemoteWriteReceiver.Answer answer =
        receiver.receive(
            new RemoteWriteReceiver.Head(
                headers.getHeaderString(HttpHeaders.CONTENT_TYPE),
                headers.getHeaderString(HttpHeaders.CONTENT_ENCODING),
                contentLength(headers)),
            body);
    Response.ResponseBuilder response =
        Response.status(answer.status())
            .header(WRITTEN.formatted("Samples"), answer.samples())
            .header(WRITTEN.formatted("Histograms"), answer.histograms())
            .header(WRITTEN.formatted("Exemplars"), answer.exemplars());
    if (!answer.message().isEmpty()) {
      response.type(MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8")).entity(answer.message());
    }
    if (answer.status() == 429 || answer.status() == 503) {
      response.header(HttpHeaders.RETRY_AFTER, receiver.retryAfterSeconds());
    }
    return response.build();
  }

  private static OptionalLong contentLength(HttpHeaders headers) {
    String length = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH);
    return length == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length.strip()));
  }
}
