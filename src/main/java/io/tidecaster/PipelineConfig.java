package io.tidecaster;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tidecaster.history.AssemblyRules;
import java.time.Duration;

/** How the root runs the stages. */
@ConfigMapping(prefix = "tidecaster.pipeline")
interface PipelineConfig {

  /** How long after its end a minute waits for late samples. */
  @WithDefault("15s")
  Duration allowedLateness();

  /** After this time without any sample a minute is closed as unknown. */
  @WithDefault("2m")
  Duration maxSilence();

  /** The longest scrape interval that a minute waits for. */
  @WithDefault("60s")
  Duration maxScrapeInterval();

  /** Series of one scaler and signal; samples of more are counted and left out. */
  @WithDefault("5000")
  int maxSeries();

  /** A minute that ended longer ago than this is caught up with, not decided on. */
  @WithDefault("3m")
  Duration decideWithin();

  /** How often the clock is looked at for minutes in which nothing arrives. Wall-clock time. */
  @WithDefault("1s")
  Duration tick();

  /** How often replicas that start are looked at for {@code vertical.startupBoost}. */
  @WithDefault("5s")
  Duration boostCheck();

  /** How often the offsets of what is done with are committed. Wall-clock time. */
  @WithDefault("2s")
  Duration commitEvery();

  /** How long a record may take to be written to Kafka before it is tried again. */
  @WithDefault("10s")
  Duration writeWithin();

  /** After so long without the whole journal read, a rebuild says that it still waits. */
  @WithDefault("60s")
  Duration journalWithin();

  /** Decisions of a scaler that are replayed when its partition moves in. */
  @WithDefault("120")
  int replayDecisions();

  /** Threads that fit models. */
  @WithDefault("1")
  int fitThreads();

  /** These, as the rules of the assembly; the others are its defaults. */
  default AssemblyRules rules() {
    AssemblyRules rules = AssemblyRules.DEFAULT;
    return new AssemblyRules(
        allowedLateness(),
        maxScrapeInterval(),
        rules.bridge().compareTo(maxScrapeInterval()) < 0 ? maxScrapeInterval() : rules.bridge(),
        maxSilence(),
        rules.forgetAfter(),
        rules.leastCovered(),
        rules.maxAhead(),
        maxSeries(),
        rules.maxSamplesPerSeries(),
        rules.maxPointsPerClose());
  }
}
