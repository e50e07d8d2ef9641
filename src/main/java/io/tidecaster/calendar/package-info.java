/// The known future: campaigns, recurring events, public holidays, business hours in a time zone.
@NullMarked
package io.tidecaster.calendar;

import org.jspecify.annotations.NullMarked;
