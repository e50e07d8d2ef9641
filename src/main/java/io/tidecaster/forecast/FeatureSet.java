package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.calendar.Event;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the models are shown of an origin and a bin ahead of it.
 *
 * <p>Every load stands as a difference from the last known one, so that a level never seen before
 * is no obstacle. Of the time after the origin only the clock and the calendar are looked at. The
 * strongest feature is the mean, over the last days, of the change that followed at this time.
 */
final class FeatureSet {
  /** Days looked back for the change at the same time of the day. */
  private static final int DAYS = 7;

  private static final int WEEKS = 3;

  /** Days looked back for those of the same kind: working days, or the weekend. */
  private static final int KIND_DAYS = 14;

  /** What a day of the same kind counts against the one after it. */
  private static final double KIND_DECAY = 0.85;

  /** Past situations most like the present one. */
  private static final int ANALOGS = 8;

  private static final int ANALOG_DAYS = 21;

  /** What the difference in level counts against the difference in course. */
  private static final double ANALOG_LEVEL_WEIGHT = 0.1;

  /** Kinds of event with features of their own: the most frequent ones. */
  private static final int KINDS = 6;

  /** Occurrences in the history after which the effect of a kind counts as learned. */
  private static final int LEARNED_AFTER = 3;

  /** Past events of a kind whose course is compared. */
  private static final int EVENTS = 8;

  /** How long before and after its start an event is felt; a longer one, until its end. */
  private static final long EVENT_REACH_SECONDS = 6 * 3600;

  private static final long DAY_SECONDS = 86_400;

  /** A feature's name, for tests and tables, and its kind. */
  record Feature(String name, Cause cause) {}

  private static final List<Feature> ALWAYS =
      List.of(
          new Feature("ahead", Cause.HORIZON),
          new Feature("meanChange7Days", Cause.LAST_DAYS),
          new Feature("meanChange3Days", Cause.LAST_DAYS),
          new Feature("change1Day", Cause.LAST_DAYS),
          new Feature("change7Days", Cause.LAST_WEEKS),
          new Feature("meanChangeWeeks", Cause.LAST_WEEKS),
          new Feature("medianChange7Days", Cause.LAST_DAYS),
          new Feature("spreadChange7Days", Cause.LAST_DAYS),
          new Feature("mostChange7Days", Cause.LAST_DAYS),
          new Feature("relativeChange7Days", Cause.LAST_DAYS),
          new Feature("meanChangeSameKindOfDay", Cause.LAST_DAYS),
          new Feature("targetYesterday", Cause.LAST_DAYS),
          new Feature("targetAroundYesterday", Cause.LAST_DAYS),
          new Feature("target7Days", Cause.LAST_DAYS),
          new Feature("targetLastWeek", Cause.LAST_WEEKS),
          new Feature("analogChange", Cause.SIMILAR),
          new Feature("mostAnalogChange", Cause.SIMILAR),
          new Feature("mean3Bins", Cause.RECENT),
          new Feature("bin1Ago", Cause.RECENT),
          new Feature("bin2Ago", Cause.RECENT),
          new Feature("bin3Ago", Cause.RECENT),
          new Feature("bin6Ago", Cause.RECENT),
          new Feature("bin12Ago", Cause.RECENT),
          new Feature("mean1Hour", Cause.RECENT),
          new Feature("mean3Hours", Cause.RECENT),
          new Feature("mean6Hours", Cause.RECENT),
          new Feature("mean1Day", Cause.LEVEL),
          new Feature("least1Day", Cause.LEVEL),
          new Feature("most1Day", Cause.LEVEL),
          new Feature("load", Cause.LEVEL),
          new Feature("origin7Days", Cause.LAST_DAYS),
          new Feature("originYesterday", Cause.LAST_DAYS),
          new Feature("originLastWeek", Cause.LAST_WEEKS),
          new Feature("unrest1Hour", Cause.UNREST),
          new Feature("unrest1Day", Cause.UNREST),
          new Feature("unusualSlope", Cause.RECENT),
          new Feature("lastStep", Cause.UNREST),
          new Feature("hourOfDay", Cause.CLOCK),
          new Feature("dayOfWeek", Cause.CLOCK),
          new Feature("minuteOfHour", Cause.CLOCK));

  private static final int FIRST_OF_ORIGIN = index("mean3Bins");
  private static final int FIRST_OF_CLOCK = index("hourOfDay");

  private static final List<String> OF_A_KIND =
      List.of(
          "minutesToNext",
          "minutesSinceLast",
          "goingOn",
          "goingOnAtOrigin",
          "changeAtLastEvents",
          "relativeChangeAtLastEvents");

  private final List<Feature> features;

  /** Features that are left out: always unknown, so that no tree asks for them. */
  private final int[] blank;

  private final int reach;
  private final ZoneId zone;
  private final Set<LocalDate> daysOff;
  private final List<Occurrences> kinds;

  /** Kinds that occurred often enough to have taught something. */
  private final Set<String> learned;

  /** The events of one kind, ordered by start. */
  private static final class Occurrences {
    private final String kind;
    private final long[] starts;
    private final long[] ends;

    private final List<Event> events;
    private final long lastAnnounced;

    private Occurrences(String kind, List<Event> events) {
      this.kind = kind;
      this.starts = seconds(events, Event::start);
      this.ends = seconds(events, Event::end);
      this.lastAnnounced =
          Arrays.stream(seconds(events, Event::announcedAt)).max().orElse(Long.MIN_VALUE);
      this.events = events;
    }

    private static long[] seconds(List<Event> events, Function<Event, Instant> time) {
      return events.stream().mapToLong(event -> time.apply(event).getEpochSecond()).toArray();
    }

    /** Those that were announced by then. */
    Occurrences knownAt(long second) {
      if (lastAnnounced <= second) {
        return this;
      }
      Instant then = Instant.ofEpochSecond(second);
      return new Occurrences(kind, events.stream().filter(event -> event.isKnownAt(then)).toList());
    }

    static Occurrences of(Calendar calendar, String kind) {
      return new Occurrences(kind, calendar.ofKind(kind));
    }

    long between(long from, long to) {
      return Arrays.stream(starts).filter(start -> start >= from && start < to).count();
    }

    /** How many start at or before this time. */
    int startedBy(long second) {
      int low = 0;
      int high = starts.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (starts[middle] <= second) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /** How many of the last few that started are going on. */
    int goingOn(long second) {
      int started = startedBy(second);
      int count = 0;
      for (int e = Math.max(0, started - EVENTS); e < started; e++) {
        if (ends[e] > second) {
          count++;
        }
      }
      return count;
    }

    /** The event that is felt at this time, or −1: the nearer of the last and the next one. */
    int feltAt(long second) {
      int next = startedBy(second);
      int last = next - 1;
      boolean lastFelt =
          last >= 0 && (second - starts[last] < EVENT_REACH_SECONDS || second < ends[last]);
      boolean nextFelt = next < starts.length && starts[next] - second < EVENT_REACH_SECONDS;
      if (nextFelt && (!lastFelt || starts[next] - second < second - ends[last])) {
        return next;
      }
      return lastFelt ? last : -1;
    }
  }

  /** All features that suit a history. */
  FeatureSet(Calendar calendar, Bins bins, int reach) {
    this(calendar, bins, reach, Set.of());
  }

  /**
   * The features that suit a history: event kinds that have not occurred in it teach nothing.
   *
   * @param reach bins a gap may last for the load before it to stand in
   * @param leftOut causes that are not looked at
   */
  FeatureSet(Calendar calendar, Bins bins, int reach, Set<Cause> leftOut) {
    this.reach = reach;
    this.zone = calendar.zone();
    this.daysOff = calendar.daysOff();
    long from = bins.endSecond(0);
    long to = bins.endSecond(bins.size());
    this.kinds =
        calendar.kinds().stream()
            .map(kind -> Occurrences.of(calendar, kind))
            .filter(kind -> kind.between(from, to) > 0)
            .sorted(
                Comparator.comparingLong((Occurrences kind) -> -kind.between(from, to))
                    .thenComparing(kind -> kind.kind))
            .limit(KINDS)
            .toList();
    this.learned =
        kinds.stream()
            .filter(kind -> kind.between(from, to) >= LEARNED_AFTER)
            .map(kind -> kind.kind)
            .collect(Collectors.toSet());
    List<Feature> all = new ArrayList<>(ALWAYS);
    for (Occurrences kind : kinds) {
      for (String name : OF_A_KIND) {
        all.add(new Feature(name + ":" + kind.kind, Cause.EVENT));
      }
    }
    this.features = List.copyOf(all);
    this.blank =
        IntStream.range(0, all.size()).filter(f -> leftOut.contains(all.get(f).cause())).toArray();
  }

  private FeatureSet(FeatureSet like, Calendar calendar) {
    this.features = like.features;
    this.blank = like.blank;
    this.reach = like.reach;
    this.zone = calendar.zone();
    this.daysOff = calendar.daysOff();
    this.learned = like.learned;
    this.kinds = like.kinds.stream().map(kind -> Occurrences.of(calendar, kind.kind)).toList();
  }

  /** The same features of what is known by now. */
  FeatureSet with(Calendar calendar) {
    return new FeatureSet(this, calendar);
  }

  /** Whether events of this kind occurred often enough to have taught something. */
  boolean hasLearned(String kind) {
    return learned.contains(kind);
  }

  int size() {
    return features.size();
  }

  List<Feature> features() {
    return features;
  }

  private long localSecond(long second) {
    return second + zone.getRules().getOffset(Instant.ofEpochSecond(second)).getTotalSeconds();
  }

  /** 0 for Monday; a day off counts as a Sunday. */
  private long weekday(long localSecond) {
    long day = Math.floorDiv(localSecond, DAY_SECONDS);
    return !daysOff.isEmpty() && daysOff.contains(LocalDate.ofEpochDay(day))
        ? 6
        : Math.floorMod(day + 3, 7L);
  }

  private boolean weekend(long localSecond) {
    return weekday(localSecond) >= 5;
  }

  Origin at(Bins bins, int origin) {
    return new Origin(bins, origin);
  }

  /** One origin; what depends on it alone is found once for all bins ahead. */
  final class Origin {
    private final Bins bins;
    private final int origin;
    private final double load;

    /** The bin of the same local time, {@code [days]} days ago. */
    private final int[] ago = new int[ANALOG_DAYS + 1];

    private final boolean[] weekendAgo = new boolean[ANALOG_DAYS + 1];

    /**
     * The same of the last days like this one: of its name, or off where it is off; before all bins
     * where there was none.
     */
    private final int[] weeksAgo = new int[WEEKS + 1];

    private final float[] own = new float[ALWAYS.size()];
    private final int[] analogs = new int[ANALOGS];
    private int analogCount;

    /** What was announced by the origin. */
    private final List<Occurrences> announced;

    private Origin(Bins bins, int origin) {
      this.bins = bins;
      this.origin = origin;
      this.load = bins.lastKnown(origin, reach);
      long now = bins.endSecond(origin);
      long local = localSecond(now);
      int weeks = 0;
      Arrays.fill(weeksAgo, Integer.MIN_VALUE / 2);
      for (int day = 0; day <= ANALOG_DAYS; day++) {
        int plain = origin - day * bins.perDay();
        long shift =
            local - now - (localSecond(now - day * DAY_SECONDS) - (now - day * DAY_SECONDS));
        ago[day] = plain + Math.toIntExact(Math.floorDiv(shift, bins.binSeconds()));
        long localThen = local - day * DAY_SECONDS;
        weekendAgo[day] = weekend(localThen);
        if (weeks <= WEEKS && weekday(localThen) == weekday(local)) {
          weeksAgo[weeks++] = ago[day];
        }
      }
      this.announced = kinds.stream().map(kind -> kind.knownAt(now)).toList();
      describe();
    }

    /** The last known load: what every difference is from. */
    double load() {
      return load;
    }

    private double from(double value) {
      return value - load;
    }

    private void describe() {
      int hour = Math.max(2, bins.perHour());
      int k = FIRST_OF_ORIGIN;
      own[k++] = (float) from(bins.mean(origin - 2, origin + 1));
      for (int lag : new int[] {1, 2, 3, 6, 12}) {
        own[k++] = (float) from(bins.at(origin - lag));
      }
      own[k++] = (float) from(bins.mean(origin + 1 - hour, origin + 1));
      own[k++] = (float) from(bins.mean(origin + 1 - 3 * hour, origin + 1));
      own[k++] = (float) from(bins.mean(origin + 1 - 6 * hour, origin + 1));
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = origin + 1 - bins.perDay(); i <= origin; i++) {
        double value = bins.at(i);
        if (!Double.isNaN(value)) {
          least = Math.min(least, value);
          most = Math.max(most, value);
        }
      }
      own[k++] = (float) from(bins.mean(origin + 1 - bins.perDay(), origin + 1));
      own[k++] = (float) from(least);
      own[k++] = (float) from(most);
      own[k++] = (float) load;
      own[k++] = (float) from(meanOfDays(0));
      own[k++] = (float) from(bins.at(ago[1]));
      own[k++] = (float) from(bins.at(weeksAgo[1]));
      double unrest = unrest(bins.perDay());
      own[k++] = (float) unrest(Math.max(3, bins.perHour()));
      own[k++] = (float) unrest;
      int back = Math.max(1, bins.perHour() / 2);
      own[k++] = (float) (load - bins.at(origin - back) - meanSlope(back));
      own[k] = (float) (unrest > 0 ? (load - bins.at(origin - 1)) / unrest : 0);
      findAnalogs();
    }

    private double unrest(int look) {
      double sum = 0;
      int known = 0;
      for (int i = origin + 1 - look; i <= origin; i++) {
        double change = Math.abs(bins.at(i) - bins.at(i - 1));
        if (!Double.isNaN(change)) {
          sum += change;
          known++;
        }
      }
      return known == 0 ? Double.NaN : sum / known;
    }

    private double meanOfDays(int ahead) {
      double sum = 0;
      int known = 0;
      for (int day = 1; day <= DAYS; day++) {
        double value = bins.at(ago[day] + ahead);
        if (!Double.isNaN(value)) {
          sum += value;
          known++;
        }
      }
      return known == 0 ? Double.NaN : sum / known;
    }

    private double meanSlope(int back) {
      double sum = 0;
      int known = 0;
      for (int day = 1; day <= DAYS; day++) {
        double slope = bins.at(ago[day]) - bins.at(ago[day] - back);
        if (!Double.isNaN(slope)) {
          sum += slope;
          known++;
        }
      }
      return known == 0 ? Double.NaN : sum / known;
    }

    /**
     * Finds the past times, within half an hour of this time of the day, whose last hour looked
     * most like this one: least sum of squared differences in course, and a little in level.
     */
    private void findAnalogs() {
      int look = Math.max(3, bins.perHour());
      int around = Math.max(1, bins.perHour() / 2);
      double[] distances = new double[ANALOGS];
      for (int day = 1; day <= ANALOG_DAYS; day++) {
        for (int then = ago[day] - around; then <= ago[day] + around; then++) {
          double distance = distance(then, look);
          if (Double.isNaN(distance)
              || (analogCount == ANALOGS && distance >= distances[ANALOGS - 1])) {
            continue;
          }
          int at = analogCount < ANALOGS ? analogCount++ : ANALOGS - 1;
          for (; at > 0 && distances[at - 1] > distance; at--) {
            distances[at] = distances[at - 1];
            analogs[at] = analogs[at - 1];
          }
          distances[at] = distance;
          analogs[at] = then;
        }
      }
    }

    private double distance(int then, int look) {
      double loadThen = bins.at(then);
      double distance = ANALOG_LEVEL_WEIGHT * look * (loadThen - load) * (loadThen - load);
      int known = 0;
      for (int i = 1; i <= look; i++) {
        double difference = (bins.at(origin - i) - load) - (bins.at(then - i) - loadThen);
        if (!Double.isNaN(difference)) {
          distance += difference * difference;
          known++;
        }
      }
      return 2 * known < look ? Double.NaN : distance;
    }

    /** The change over the next {@code ahead} bins that followed bin {@code then}. */
    private double changeAfter(int then, int ahead) {
      return then + ahead > origin ? Double.NaN : bins.at(then + ahead) - bins.at(then);
    }

    /** Fills {@code out} for the bin {@code ahead} ≥ 1 after the origin. */
    void fill(int ahead, float[] out) {
      System.arraycopy(own, 0, out, 0, own.length);
      out[0] = ahead;
      int k = fillChanges(ahead, out);
      out[k++] = (float) from(bins.at(ago[1] + ahead));
      out[k++] = (float) from(bins.mean(ago[1] + ahead - 2, ago[1] + ahead + 3));
      out[k++] = (float) from(meanOfDays(ahead));
      out[k++] = (float) from(bins.at(weeksAgo[1] + ahead));
      double sum = 0;
      double most = Double.NEGATIVE_INFINITY;
      int known = 0;
      for (int i = 0; i < analogCount; i++) {
        double change = changeAfter(analogs[i], ahead);
        if (!Double.isNaN(change)) {
          sum += change;
          most = Math.max(most, change);
          known++;
        }
      }
      out[k++] = known == 0 ? Float.NaN : (float) (sum / known);
      out[k] = known == 0 ? Float.NaN : (float) most;
      long target = bins.endSecond(origin) + (2L * ahead - 1) * bins.binSeconds() / 2;
      long local = localSecond(target);
      int clock = FIRST_OF_CLOCK;
      out[clock++] = Math.floorMod(local, DAY_SECONDS) / 3600f;
      out[clock++] = weekday(local);
      out[clock++] = Math.floorMod(local, 3600L) / 60f;
      for (Occurrences kind : announced) {
        clock = fillEvents(kind, ahead, target, out, clock);
      }
      for (int feature : blank) {
        out[feature] = Float.NaN;
      }
    }

    private int fillChanges(int ahead, float[] out) {
      double[] changes = new double[DAYS];
      int known = 0;
      double sum = 0;
      double squares = 0;
      double sum3 = 0;
      int known3 = 0;
      double before = 0;
      double after = 0;
      for (int day = 1; day <= DAYS; day++) {
        double change = changeAfter(ago[day], ahead);
        if (!Double.isNaN(change)) {
          changes[known++] = change;
          sum += change;
          squares += change * change;
          before += bins.at(ago[day]);
          after += bins.at(ago[day] + ahead);
          if (day <= 3) {
            sum3 += change;
            known3++;
          }
        }
      }
      Arrays.sort(changes, 0, known);
      double mean = known == 0 ? Double.NaN : sum / known;
      int k = 1;
      out[k++] = (float) mean;
      out[k++] = known3 == 0 ? Float.NaN : (float) (sum3 / known3);
      out[k++] = (float) changeAfter(ago[1], ahead);
      out[k++] = (float) changeAfter(weeksAgo[1], ahead);
      out[k++] = (float) meanChangeOfWeeks(ahead);
      out[k++] =
          known == 0 ? Float.NaN : (float) ((changes[(known - 1) / 2] + changes[known / 2]) / 2);
      out[k++] =
          known < 2 ? Float.NaN : (float) Math.sqrt(Math.max(0, squares / known - mean * mean));
      out[k++] = known == 0 ? Float.NaN : (float) changes[known - 1];
      out[k++] = relative(before, after);
      out[k++] = (float) meanChangeOfSameKind(ahead);
      return k;
    }

    /** The present load times the relative change from {@code before} to {@code after}. */
    private float relative(double before, double after) {
      return before > 0 ? (float) (load * Math.clamp(after / before - 1, -1, 3)) : Float.NaN;
    }

    private double meanChangeOfWeeks(int ahead) {
      double sum = 0;
      int known = 0;
      for (int week = 1; week <= WEEKS; week++) {
        double change = changeAfter(weeksAgo[week], ahead);
        if (!Double.isNaN(change)) {
          sum += change;
          known++;
        }
      }
      return known == 0 ? Double.NaN : sum / known;
    }

    private double meanChangeOfSameKind(int ahead) {
      double sum = 0;
      double weights = 0;
      double weight = 1;
      for (int day = 1; day <= KIND_DAYS; day++) {
        weight *= KIND_DECAY;
        if (weekendAgo[day] == weekendAgo[0]) {
          double change = changeAfter(ago[day], ahead);
          if (!Double.isNaN(change)) {
            sum += weight * change;
            weights += weight;
          }
        }
      }
      return weights == 0 ? Double.NaN : sum / weights;
    }

    private int fillEvents(Occurrences kind, int ahead, long target, float[] out, int from) {
      int k = from;
      int next = kind.startedBy(target);
      long toNext = next < kind.starts.length ? kind.starts[next] - target : EVENT_REACH_SECONDS;
      long sinceLast = next > 0 ? target - kind.starts[next - 1] : EVENT_REACH_SECONDS;
      out[k++] = Math.min(EVENT_REACH_SECONDS, toNext) / 60f;
      out[k++] = Math.min(EVENT_REACH_SECONDS, sinceLast) / 60f;
      out[k++] = kind.goingOn(target);
      out[k++] = kind.goingOn(bins.endSecond(origin) - bins.binSeconds() / 2);
      int felt = kind.feltAt(target);
      double before = 0;
      double after = 0;
      int known = 0;
      for (int e = felt - 1; e >= 0 && known < EVENTS; e--) {
        long shift = Math.round((double) (kind.starts[felt] - kind.starts[e]) / bins.binSeconds());
        if (shift > origin) {
          break;
        }
        int then = (int) (origin - shift);
        if (!Double.isNaN(changeAfter(then, ahead))) {
          before += bins.at(then);
          after += bins.at(then + ahead);
          known++;
        }
      }
      out[k++] = known == 0 ? Float.NaN : (float) ((after - before) / known);
      out[k++] = known == 0 ? Float.NaN : relative(before, after);
      return k;
    }
  }

  private static int index(String name) {
    for (int i = 0; i < ALWAYS.size(); i++) {
      if (ALWAYS.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no feature " + name);
  }
}
