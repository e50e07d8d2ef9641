/// iCalendar feeds: fetched over HTTP, expanded into occurrences, announced as events.
@NullMarked
package io.tidecaster.feed;

import org.jspecify.annotations.NullMarked;
