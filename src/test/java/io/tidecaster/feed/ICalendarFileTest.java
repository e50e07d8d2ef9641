package io.tidecaster.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.feed.ICalendarFile.Occurrence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ICalendarFileTest {
  private static final Path WEEKLY = Path.of("src/test/resources/feed/weekly.ics");
  private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant MIDDLE_OF_APRIL = Instant.parse("2026-04-15T00:00:00Z");
  private static final int MOST = 500;

  @Test
  void repeatsAMeetingAtTheSameLocalTimeWhenTheClocksChange() throws Exception {
    ICalendarFile.Contents contents = weekly("Asia/Kathmandu");

    assertThat(contents.leftOut()).isEmpty();
    // 09:00 in Berlin is 08:00 UTC, from 29 March on 07:00; the 16th is left out, the 18th added,
    // the 23rd moved to the 24th, and 6 April cancelled
    assertThat(contents.occurrences())
        .filteredOn(occurrence -> occurrence.uid().startsWith("weekly"))
        .extracting(occurrence -> occurrence.start().toString())
        .containsExactly(
            "2026-03-02T08:00:00Z",
            "2026-03-09T08:00:00Z",
            "2026-03-18T14:00:00Z",
            "2026-03-24T10:00:00Z",
            "2026-03-30T07:00:00Z",
            "2026-04-13T07:00:00Z");
    assertThat(contents.occurrences())
        .contains(
            new Occurrence(
                "weekly@example.com",
                Instant.parse("2026-03-24T10:00:00Z"),
                Instant.parse("2026-03-24T11:00:00Z"),
                "Weekly mailing, moved"));
  }

  @Test
  void takesDaysAndTimesWithoutAZoneForTheWorkloads() throws Exception {
    // the day on which Berlin's clocks change has 23 hours; Kathmandu is at +05:45
    assertThat(weekly("Europe/Berlin").occurrences())
        .contains(
            new Occurrence(
                "day@example.com",
                Instant.parse("2026-03-28T23:00:00Z"),
                Instant.parse("2026-03-29T22:00:00Z"),
                "Open day"));
    assertThat(weekly("Asia/Kathmandu").occurrences())
        .contains(
            new Occurrence(
                "day@example.com",
                Instant.parse("2026-03-28T18:15:00Z"),
                Instant.parse("2026-03-29T18:15:00Z"),
                "Open day"),
            new Occurrence(
                "floating@example.com",
                Instant.parse("2026-03-10T03:15:00Z"),
                Instant.parse("2026-03-10T04:15:00Z"),
                "Wherever you are"));
  }

  @Test
  void followsTheFilesOwnZoneWithoutAskingItsUrl() throws Exception {
    // 17:00 at +01:00, and a week later at +02:00
    assertThat(weekly("UTC").occurrences())
        .filteredOn(occurrence -> occurrence.uid().startsWith("office"))
        .extracting(occurrence -> occurrence.start().toString())
        .containsExactly("2026-03-27T16:00:00Z", "2026-04-03T15:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=100000000",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE=0,20,40",
      })
  void leavesOutWhatRepeatsWithoutEnd(String rule) throws Exception {
    ICalendarFile.Contents contents =
        read(event("bomb", "19700101T000000Z", rule) + event("good", "20260310T090000Z", null));

    assertThat(contents.leftOut())
        .containsExactly(
            "event bomb: it repeats more often than 24 times a day (%s); announce it as one event"
                .formatted(rule));
    assertThat(contents.occurrences()).extracting(Occurrence::uid).containsExactly("good");
  }

  @Test
  void keepsTheFirstOfTooManyAndSaysSo() throws Exception {
    ICalendarFile.Contents contents =
        ICalendarFile.read(
            file(event("often", "20200101T000000Z", "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9,10")),
            ZoneId.of("UTC"),
            MARCH,
            MIDDLE_OF_APRIL,
            MOST - 100);

    // 10 a day from 1 March to 14 April: 45 days
    assertThat(contents.occurrences()).hasSize(400);
    assertThat(contents.leftOut()).containsExactly("450 occurrences > 400; the last ones");
  }

  @Test
  void leavesOutWhatHasNoSense() throws Exception {
    ICalendarFile.Contents contents =
        read(
            "BEGIN:VEVENT\nUID:nowhen\nSUMMARY:x\nEND:VEVENT\n"
                + "BEGIN:VEVENT\nUID:mars\nDTSTART;TZID=Mars/Base:20260310T090000\nDURATION:PT1H\nEND:VEVENT\n"
                + "BEGIN:VEVENT\nUID:backwards\nDTSTART:20260310T090000Z\nDTEND:20260310T080000Z\nEND:VEVENT\n"
                + "BEGIN:VEVENT\nUID:ages\nDTSTART:20260101T090000Z\nDTEND:20260510T080000Z\nEND:VEVENT\n"
                + event("old", "09000101T000000Z", "FREQ=DAILY")
                + event("good", "20260310T090000Z", null));

    assertThat(contents.occurrences()).extracting(Occurrence::uid).containsExactly("good");
    assertThat(contents.leftOut())
        .hasSize(5)
        .contains(
            "event nowhen: it has no DTSTART",
            "event backwards: it ends at 2026-03-10T08:00:00Z, not after its start",
            "event old: it repeats from before 1970; let it start later");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>Sign in</html>", "BEGIN:VCALENDAR\r\n", "\u0000\u0001"})
  void refusesWhatIsNoICalendar(String text) {
    assertThatThrownBy(() ->
            ICalendarFile.read(
                text.getBytes(UTF_8), ZoneId.of("UTC"), MARCH, MIDDLE_OF_APRIL, MOST))
        .isInstanceOf(UnreadableFeedException.class)
        .hasMessageStartingWith("it is no iCalendar");
  }

  /** Whatever bytes are broken, it is read or refused, and nothing else happens. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void survivesBrokenBytes(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] file = Files.readAllBytes(WEEKLY);
    for (int trial = 0; trial < 25; trial++) {
      byte[] broken = file.clone();
      for (int i = 0; i < 5; i++) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(
                ICalendarFile.read(broken, ZoneId.of("UTC"), MARCH, MIDDLE_OF_APRIL, MOST)
                    .occurrences())
            .as("seed %d, trial %d", seed, trial)
            .allSatisfy(one -> assertThat(one.end()).isAfter(one.start()));
      } catch (UnreadableFeedException e) {
        assertThat(e).hasMessageStartingWith("it is no iCalendar");
      }
    }
  }

  private static ICalendarFile.Contents weekly(String zone) throws Exception {
    return ICalendarFile.read(
        Files.readAllBytes(WEEKLY), ZoneId.of(zone), MARCH, MIDDLE_OF_APRIL, MOST);
  }

  private static ICalendarFile.Contents read(String events) throws UnreadableFeedException {
    return ICalendarFile.read(
        file(events), ZoneId.of("Europe/Berlin"), MARCH, MIDDLE_OF_APRIL, MOST);
  }

  static byte[] file(String events) {
    return ("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n" + events + "END:VCALENDAR\n")
        .replace("\n", "\r\n")
        .getBytes(UTF_8);
  }

  /** Of an hour. */
  static String event(String uid, String start, @org.jspecify.annotations.Nullable String rule) {
    return "BEGIN:VEVENT\nUID:%s\nDTSTART:%s\nDURATION:%s\n%sSUMMARY:%s\nEND:VEVENT\n"
        .formatted(
            uid, start, Duration.ofHours(1), rule == null ? "" : "RRULE:" + rule + "\n", uid);
  }
}
