package io.tidecaster.api;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of scalers. */
@Schema(requiredProperties = {"items", "next"})
public record ScalerPage(
    List<ScalerJson> items,
    @Schema(
            nullable = true,
            description = "Give it as cursor to get the next page; null on the last.",
            examples = "Y3JtL2NybS13ZWI")
        @Nullable String next) {}
