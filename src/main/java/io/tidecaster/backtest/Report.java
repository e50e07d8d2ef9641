package io.tidecaster.backtest;

import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Outcome;
import io.tidecaster.sim.Rival;
import io.tidecaster.sim.SimulatedFleet;
import io.tidecaster.sim.SimulatedFleet.Account;
import io.tidecaster.sim.TraceLoad;
import io.tidecaster.workload.Scaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What came out: a table for the terminal, and one page that needs nothing else. */
final class Report {
  private static final String OURS = "tidecaster";
  private static final int NOTABLE = 12;

  private final Scaler scaler;
  private final SimulatedFleet.Settings fleet;
  private final TraceLoad load;
  private final Account ours;
  private final List<Rival> rivals;
  private final Timeline timeline;

  Report(
      Scaler scaler,
      SimulatedFleet.Settings fleet,
      TraceLoad load,
      Account ours,
      List<Rival> rivals,
      Timeline timeline) {
    this.scaler = scaler;
    this.fleet = fleet;
    this.load = load;
    this.ours = ours;
    this.rivals = rivals;
    this.timeline = timeline;
  }

  /** One line a policy, ours first. */
  String table() {
    StringBuilder text =
        new StringBuilder("policy        violations %   replica-hours   ÷ oracle   scalings/day\n");
    accounts()
        .forEach((name, account) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%-12s  %12.4f   %13.1f   %8.3f   %12.1f%n",
                    name,
                    100 * account.violationShare(),
                    account.replicaHours(),
                    againstOracle(account),
                    account.scalingsPerDay())));
    text.append(verdict()).append('\n');
    return text.toString();
  }

  private Map<String, Account> accounts() {
    Map<String, Account> accounts = new LinkedHashMap<>();
    accounts.put(OURS, ours);
    rivals.forEach(rival -> accounts.put(rival.name(), rival.account()));
    return accounts;
  }

  private double againstOracle(Account account) {
    return account.replicaHours() / rivals.getFirst().account().replicaHours();
  }

  /** The cheapest policy that could be run and violates no more than ours does. */
  private Optional<Rival> bestRival() {
    return rivals.stream()
        .filter(rival -> !rival.name().equals("oracle"))
        .filter(rival -> rival.account().violationShare() <= ours.violationShare() + 1e-9)
        .min(Comparator.comparingDouble(rival -> rival.account().replicaHours()));
  }

  private String verdict() {
    return bestRival()
        .map(rival ->
            String.format(
                Locale.ROOT,
                "Of these, the cheapest that violates no more is %s; tidecaster needs %.0f %% of its replica-hours.",
                rival.name(),
                100 * ours.replicaHours() / rival.account().replicaHours()))
        .orElse("None of these violates as little.");
  }

  void writeHtml(Path file) throws IOException {
    Files.writeString(file, html());
  }

  private String html() {
    StringBuilder page = new StringBuilder(400_000);
    page.append(
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Tidecaster backtest</title>
        <style>
        :root { color-scheme: light dark; --ink: light-dark(#1b2330, #e6e9ef); --soft: light-dark(#5c6675, #9aa4b2);
          --line: light-dark(#d8dde5, #353d4a); --ours: light-dark(#0b63c5, #62a8ff); --rival: light-dark(#c05a00, #ff9d4d);
          --oracle: light-dark(#5c8a1f, #9ccc5c); --load: light-dark(#6b7686, #97a1b0); }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; } p { max-width: 46rem; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .25rem .9rem; text-align: right; border-bottom: 1px solid var(--line); }
        th:first-child, td:first-child { text-align: left; } tr.ours { font-weight: 600; color: var(--ours); }
        td.words { text-align: left; font-variant-numeric: normal; } .wide { overflow-x: auto; }
        svg { width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 11px; }
        .key span { margin-right: 1.2rem; } .key i { display: inline-block; width: 1.2rem; height: 3px; vertical-align: middle; margin-right: .4rem; }
        </style></head><body>
        """);
    page.append("<h1>What Tidecaster would have done</h1>\n<p>")
        .append(escape(intro()))
        .append("</p>\n<p><strong>")
        .append(escape(verdict()))
        .append("</strong></p>\n");
    policies(page);
    charts(page);
    reasons(page);
    notable(page);
    return page.append("</body></html>\n").toString();
  }

  private String intro() {
    return String.format(
        Locale.ROOT,
        "%s, %d minutes to %s. A replica bears %.4g in full use and is ready %d s after its start; above %.0f %% of full use its users feel it: a violation. %d to %d replicas, service level %s.",
        scaler.id(),
        timeline.size(),
        load.end(),
        fleet.capacity(),
        fleet.startup().toSeconds(),
        100 * fleet.violationUse(),
        scaler.bounds().minReplicas(),
        scaler.bounds().maxReplicas(),
        scaler.serviceLevel());
  }

  private void policies(StringBuilder page) {
    page.append(
        "<h2>Against others on the same load</h2>\n<div class=\"wide\"><table><tr><th>policy</th><th>requests in violation</th><th>above full use</th><th>replica-hours</th><th>÷ oracle</th><th>scalings a day</th></tr>\n");
    accounts()
        .forEach((name, account) ->
            page.append(
                String.format(
                    Locale.ROOT,
                    "<tr%s><td>%s</td><td>%.4f %%</td><td>%.4f %%</td><td>%.1f</td><td>%.3f</td><td>%.1f</td></tr>%n",
                    name.equals(OURS) ? " class=\"ours\"" : "",
                    escape(name),
                    100 * account.violationShare(),
                    100 * account.requestsOverCapacity() / Math.max(1e-9, account.requests()),
                    account.replicaHours(),
                    againstOracle(account),
                    account.scalingsPerDay())));
    page.append(
        "</table></div>\n<p>The oracle knows the future and starts each replica just in time. The HPAs and KEDA are played every 15 s with HPA v2's rules and defaults.</p>\n");
  }

  private void charts(StringBuilder page) {
    List<Decision> decisions = timeline.decisions();
    double[] loads = decisions.stream().mapToDouble(d -> d.load().orElse(Double.NaN)).toArray();
    double[] borne =
        decisions.stream()
            .mapToDouble(d -> d.fleet().readyReplicas() * fleet.capacity() * fleet.violationUse())
            .toArray();
    Chart load = new Chart(decisions.getFirst().at(), decisions.size());
    load.line("var(--ours)", borne, true);
    load.line("var(--load)", loads, false);
    page.append(
            "<h2>The load, and what the replicas bear</h2>\n<p class=\"key\"><span><i style=\"background:var(--load)\"></i>load</span><span><i style=\"background:var(--ours)\"></i>borne by ready replicas before users feel it</span></p>\n")
        .append(load.svg());
    Chart replicas = new Chart(decisions.getFirst().at(), decisions.size());
    Optional<Rival> hpa =
        rivals.stream().filter(rival -> rival.name().equals("hpa-50%")).findFirst();
    hpa.ifPresent(rival -> replicas.line("var(--rival)", asked(rival), true));
    replicas.line("var(--oracle)", asked(rivals.getFirst()), true);
    replicas.line(
        "var(--ours)", decisions.stream().mapToDouble(Decision::desiredReplicas).toArray(), true);
    page.append(
            "<h2>Replicas asked for</h2>\n<p class=\"key\"><span><i style=\"background:var(--ours)\"></i>tidecaster</span><span><i style=\"background:var(--rival)\"></i>HPA at 50 %</span><span><i style=\"background:var(--oracle)\"></i>oracle</span></p>\n")
        .append(replicas.svg());
  }

  private double[] asked(Rival rival) {
    return timeline.decisions().stream()
        .mapToDouble(d -> rival.asked(timeline.minuteOf(d)))
        .toArray();
  }

  private void reasons(StringBuilder page) {
    page.append("<h2>Why</h2>\n<table><tr><th>reason</th><th>minutes</th></tr>\n");
    timeline
        .reasons()
        .forEach((reason, count) ->
            page.append("<tr><td>")
                .append(escape(reason))
                .append("</td><td>")
                .append(count)
                .append("</td></tr>\n"));
    page.append("</table>\n");
  }

  /** The largest scalings, in the order of time. */
  private void notable(StringBuilder page) {
    List<Decision> largest = new ArrayList<>(scalings().toList());
    largest.sort(Comparator.comparingInt(Report::size).reversed());
    List<Decision> shown =
        largest.stream().limit(NOTABLE).sorted(Comparator.comparing(Decision::at)).toList();
    page.append(
        "<h2>The largest scalings</h2>\n<div class=\"wide\"><table><tr><th>at</th><th></th></tr>\n");
    for (Decision decision : shown) {
      page.append("<tr><td>")
          .append(decision.at())
          .append("</td><td class=\"words\">")
          .append(escape(decision.sentence()))
          .append("</td></tr>\n");
    }
    page.append("</table></div>\n");
  }

  private Stream<Decision> scalings() {
    return timeline.decisions().stream().filter(d -> d.outcome() instanceof Outcome.Scale);
  }

  private static int size(Decision decision) {
    return Math.abs(decision.desiredReplicas() - decision.fleet().specReplicas());
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
