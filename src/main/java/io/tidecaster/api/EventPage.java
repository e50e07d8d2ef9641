package io.tidecaster.api;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of events. */
@Schema(requiredProperties = {"items", "next"})
public record EventPage(
    List<EventJson> items,
    @Schema(
            nullable = true,
            description = "Give it as cursor to get the next page; null on the last.",
            examples = "MjAyNi0wNS0wNFQxMDowMDowMFogc3ByaW5nLXNhbGU")
        @Nullable String next) {}
