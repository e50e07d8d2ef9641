package io.tidecaster.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import io.tidecaster.calendar.Announcement;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** The known future: events that others announce before they move the load. */
@Path("/api/v1/events")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Events", description = "What is known to come: campaigns, releases, matches.")
public class EventsResource {
  private static final Comparator<Announcement> ORDER =
      Comparator.comparing((Announcement announcement) -> announcement.event().start())
          .thenComparing(Announcement::id);

  private final Events events;
  private final ApiConfig config;

  EventsResource(Events events, ApiConfig config) {
    this.events = events;
    this.config = config;
  }

  /** All events, page by page. */
  @GET
  @Operation(
      summary = "List the events",
      description = "Ascending by start, then id; those that are over are kept for a while.")
  @APIResponse(
      responseCode = "200",
      description = "A page.",
      content = @Content(schema = @Schema(implementation = EventPage.class)))
  @APIResponse(responseCode = "400", ref = ProblemResponses.BAD_REQUEST)
  public EventPage list(
      @BeanParam PageQuery page,
      @Parameter(
              name = "since",
              in = ParameterIn.QUERY,
              description = "None that ended by this time.",
              schema = @Schema(type = SchemaType.STRING, format = "date-time"))
          @QueryParam("since")
          @Nullable String since) {
    int size = QueryParameters.limit(page.limit, config);
    Optional<String> after = QueryParameters.textCursor(page.cursor);
    Instant from = QueryParameters.time("since", since).orElse(Instant.MIN);
    List<Announcement> found =
        events.all().stream()
            .filter(announcement -> announcement.event().end().isAfter(from))
            .sorted(ORDER)
            .filter(announcement ->
                after.map(place -> place(announcement).compareTo(place) > 0).orElse(true))
            .limit(size + 1L)
            .toList();
    Slice<Announcement> slice = Slice.of(found, size, EventsResource::place);
    return new EventPage(slice.map(EventJson::of), slice.next());
  }

  /** Grows with {@link #ORDER}: the start as a number of one length, then the id. */
  private static String place(Announcement announcement) {
    return "%020d %s"
        .formatted(announcement.event().start().toEpochMilli() + (1L << 60), announcement.id());
  }

  /** One event. */
  @GET
  @Path("{id}")
  @Operation(summary = "Show an event")
  @APIResponse(
      responseCode = "200",
      description = "The event.",
      content = @Content(schema = @Schema(implementation = EventJson.class)))
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  public EventJson show(@RestPath String id) {
    return EventJson.of(known(id));
  }

  /** Announces an event. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Announce an event",
      description =
          "Answers when it is on Kafka; every replica then knows it, and keeps it over restarts."
              + " Sent again with the same id and values it answers 200 and changes nothing.")
  @RequestBody(content = @Content(schema = @Schema(implementation = EventRequestJson.class)))
  @APIResponse(
      responseCode = "201",
      description = "Announced; Location names it.",
      content = @Content(schema = @Schema(implementation = EventJson.class)))
  @APIResponse(
      responseCode = "200",
      description = "It was announced before.",
      content = @Content(schema = @Schema(implementation = EventJson.class)))
  @APIResponse(responseCode = "400", ref = ProblemResponses.BAD_REQUEST)
  @APIResponse(responseCode = "409", ref = ProblemResponses.CONFLICT)
  @APIResponse(responseCode = "415", ref = ProblemResponses.UNSUPPORTED_MEDIA_TYPE)
  @APIResponse(responseCode = "422", ref = ProblemResponses.UNPROCESSABLE)
  @APIResponse(responseCode = "503", ref = ProblemResponses.UNAVAILABLE)
  public Uni<Response> announce(@Nullable JsonNode body) {
    Announcement wanted = EventRequests.parse(body, Optional.empty(), events.now());
    Optional<Announcement> before = events.find(wanted.id());
    if (before.isPresent() && !before.get().says(wanted)) {
      throw new ProblemException(Problem.eventDiffers(wanted.id()));
    }
    return put(wanted, before);
  }

  /** Announces an event, or changes it. */
  @PUT
  @Path("{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Announce or change an event",
      description = "What is changed counts as announced now.")
  @RequestBody(content = @Content(schema = @Schema(implementation = EventRequestJson.class)))
  @APIResponse(
      responseCode = "200",
      description = "Changed, or as it was.",
      content = @Content(schema = @Schema(implementation = EventJson.class)))
  @APIResponse(
      responseCode = "201",
      description = "Announced; Location names it.",
      content = @Content(schema = @Schema(implementation = EventJson.class)))
  @APIResponse(responseCode = "400", ref = ProblemResponses.BAD_REQUEST)
  @APIResponse(responseCode = "409", ref = ProblemResponses.CONFLICT)
  @APIResponse(responseCode = "415", ref = ProblemResponses.UNSUPPORTED_MEDIA_TYPE)
  @APIResponse(responseCode = "422", ref = ProblemResponses.UNPROCESSABLE)
  @APIResponse(responseCode = "503", ref = ProblemResponses.UNAVAILABLE)
  public Uni<Response> change(@RestPath String id, @Nullable JsonNode body) {
    return put(EventRequests.parse(body, Optional.of(id), events.now()), events.find(id));
  }

  private Uni<Response> put(Announcement wanted, Optional<Announcement> before) {
    if (before.isPresent() && before.get().says(wanted)) {
      return Uni.createFrom().item(Response.ok(EventJson.of(before.get())).build());
    }
    return KafkaWrites.within(config.writeTimeout(), events.announce(wanted), "event")
        .map(_ ->
            before.isPresent()
                ? Response.ok(EventJson.of(wanted)).build()
                : Response.created(URI.create("/api/v1/events/" + wanted.id()))
                    .entity(EventJson.of(wanted))
                    .build());
  }

  /** Withdraws an event. */
  @DELETE
  @Path("{id}")
  @Operation(summary = "Withdraw an event", description = "Answers when that is on Kafka.")
  @APIResponse(responseCode = "204", description = "Withdrawn.")
  @APIResponse(responseCode = "404", ref = ProblemResponses.NOT_FOUND)
  @APIResponse(responseCode = "503", ref = ProblemResponses.UNAVAILABLE)
  public Uni<Void> withdraw(@RestPath String id) {
    return KafkaWrites.within(config.writeTimeout(), events.withdraw(known(id).id()), "event");
  }

  private Announcement known(String id) {
    return events.find(id).orElseThrow(() -> new ProblemException(Problem.unknownEvent(id)));
  }
}
