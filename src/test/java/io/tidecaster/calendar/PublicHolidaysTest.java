package io.tidecaster.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.workload.WorkCalendar.Region;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicHolidaysTest {

  @ParameterizedTest
  @CsvSource({
    "DE,, 2026-10-03",
    "de, by, 2026-01-06",
    "DE, BY/AG, 2026-08-08",
    "US,, 2026-07-03", // the 4th is a Saturday: it is kept on the Friday
    "FR,, 2026-07-14",
  })
  void knowsTheHolidaysOfCountriesAndTheirParts(String country, String region, LocalDate day) {
    assertThat(
            PublicHolidays.of(new Region(country, Optional.ofNullable(region))).between(day, day))
        .hasSize(1)
        .containsKey(day);
  }

  @Test
  void keepsNoHolidayOfAnotherPart() {
    LocalDate epiphany = LocalDate.parse("2026-01-06");

    assertThat(PublicHolidays.of(new Region("DE", Optional.of("BE"))).between(epiphany, epiphany))
        .isEmpty();
  }

  @Test
  void refusesWhatIsNoCountry() {
    assertThatThrownBy(() -> PublicHolidays.of(new Region("Germany", Optional.empty())))
        .hasMessage("country \"Germany\" has not two letters; write it as ISO 3166 does: DE");
    assertThatThrownBy(() -> PublicHolidays.of(new Region("ZZ", Optional.empty())))
        .hasMessage(
            "the public holidays of country \"ZZ\" are not known; leave it out, and announce its holidays as events");
  }

  @Test
  void refusesARegionThatIsNotOfTheCountryAndSaysWhichAre() {
    assertThatThrownBy(() -> PublicHolidays.of(new Region("DE", Optional.of("TX"))))
        .hasMessage(
            "region \"TX\" of country \"DE\" is not known; known are BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH");
  }
}
