// The console: one scaler at a time, live. Observes the stream, remembers what it told, shows it.

import * as api from './api.js';
import { Charts, columns, GAP_SECONDS } from './charts.js';
import * as format from './format.js';
import { ModeSwitch } from './modes.js';

const WINDOWS = [['1 h', 1], ['3 h', 3], ['6 h', 6], ['24 h', 24]];
const FIRST_WINDOW_HOURS = 3;
const AHEAD_WITHOUT_FORECAST_SECONDS = 900;
const MOST_DECISIONS = 3000;
const MOST_FEED_ROWS = 120;
const LOOK_FOR_SCALERS_MS = 5000;
const LOOK_AROUND_MS = 10000;
const LOOK_AT_BALANCER_MS = 60000;
const MOST_COMING = 4;
const LEAST_SHOWN_SECONDS = 1200;

const $ = (id) => document.getElementById(id);
const text = (id, value) => {
  const node = $(id);
  if (node.textContent !== value) node.textContent = value;
};

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const state = {
  scalers: [],
  scaler: null,
  forecast: null,
  decisions: new Map(),
  events: [],
  insight: null,
  balancer: null,
  pinned: null,
  windowHours: FIRST_WINDOW_HOURS,
  close: () => {},
};

const charts = new Charts($('load-chart'), $('replicas-chart'));
const installationSwitch = new ModeSwitch($('installation-mode'), 'installation-mode', api.setInstallationMode, () => 'Every scaler that is set to Enforcing is then scaled by Tidecaster itself. Those set to less stay as they are.');
const scalerSwitch = new ModeSwitch($('scaler-mode'), 'scaler-mode',
  (mode) => api.setScalerMode(state.scaler, mode),
  () => {
    const { target, bounds, installationMode } = state.scaler;
    const acts = `Tidecaster then sets the replicas of ${target.kind} ${target.name} itself, between ${bounds.minReplicas} and ${bounds.maxReplicas}.`;
    return installationMode === 'Enforcing' ? acts : `${acts} For now the installation's ceiling is ${installationMode}: it begins once that is raised.`;
  });

for (const modeSwitch of [installationSwitch, scalerSwitch]) {
  modeSwitch.onError = tell;
  modeSwitch.onSuccess = () => alert(null);
}

function alert(message) {
  $('alert').hidden = message === null;
  text('alert', message ?? '');
}

/** An error in its own sentence; where it is for want of a token, one is asked for. */
function tell(error) {
  alert(error.message);
  if (error.status === 401) askWho(error.message);
}

function askWho(why) {
  const dialog = $('sign-in');
  if (dialog.open) return;
  text('sign-in-text', why);
  $('sign-in-token').value = '';
  const signIn = () => {
    const token = $('sign-in-token').value.trim();
    dialog.close();
    if (token === '') return;
    api.signIn(token);
    alert(null);
    lookForScalers();
  };
  $('sign-in-yes').onclick = signIn;
  $('sign-in-no').onclick = () => dialog.close();
  $('sign-in-token').onkeydown = (event) => { if (event.key === 'Enter') signIn(); };
  dialog.showModal();
}

/** The demo prints a link that brings its token along; it does not stay in the address. */
function takeToken() {
  const token = /^#token=(.+)$/.exec(location.hash);
  if (token === null) return;
  api.signIn(decodeURIComponent(token[1]));
  history.replaceState(null, '', location.pathname + location.search);
}

// --- what there is ---

const idOf = ({ namespace, name }) => `${namespace}/${name}`;
const fromHash = () => decodeURIComponent(location.hash.slice(1));

async function lookForScalers() {
  try {
    state.scalers = await api.scalers();
    if (state.scaler === null) await showInstallation();
    alert(null);
  } catch (error) {
    tell(error);
    setConnection('reconnecting');
    if (error.status !== 401) setTimeout(lookForScalers, LOOK_FOR_SCALERS_MS);
    return;
  }
  fillPicker();
  if (state.scalers.length === 0) {
    showEmpty();
    setTimeout(lookForScalers, LOOK_FOR_SCALERS_MS);
  } else if (state.scaler === null) {
    choose(state.scalers.find((scaler) => idOf(scaler) === fromHash()) ?? state.scalers.find((scaler) => scaler.at !== null) ?? state.scalers[0]);
  }
}

/** Who may not see the installation's mode sees the scalers all the same. */
async function showInstallation() {
  try {
    installationSwitch.show(await api.installationMode());
  } catch (error) {
    if (error.status !== 403) throw error;
  }
}

function fillPicker() {
  const picker = $('scaler');
  const ids = state.scalers.map(idOf);
  picker.disabled = ids.length === 0;
  picker.replaceChildren(...(ids.length ? ids : ['no scaler']).map((id) => element('option', { value: id }, id)));
  if (state.scaler) picker.value = idOf(state.scaler);
}

function showEmpty() {
  $('empty').hidden = false;
  $('board').hidden = true;
  text('target', '');
  setConnection('live');
}

function choose(scaler) {
  state.close();
  state.scaler = scaler;
  state.forecast = null;
  state.decisions = new Map();
  state.events = [];
  state.insight = null;
  state.balancer = null;
  state.pinned = null;
  $('empty').hidden = true;
  $('board').hidden = false;
  history.replaceState(null, '', `#${idOf(scaler)}`);
  fillPicker();
  const stillChosen = () => state.scaler !== null && idOf(state.scaler) === idOf(scaler);
  state.close = api.follow(scaler, {
    state: setConnection,
    open: () => loadPast(scaler, stillChosen),
    decision: remember,
    forecast: (forecast) => { state.forecast = forecast; lookAround(); lookAtBalancer(); redraw(); },
    scaler: (now) => { state.scaler = now; redraw(); },
    refused: tell,
    gone: () => {
      state.scaler = null;
      alert(`${idOf(scaler)} was removed.`);
      lookForScalers();
    },
  });
  redraw();
}

let looked = { scaler: null, at: -Infinity };

/** What is known to come, and what is to be said of the forecast; asked for now and then, since nothing tells of it. */
async function lookAround() {
  const { scaler } = state;
  if (scaler === null) return;
  const id = idOf(scaler);
  if (looked.scaler === id && performance.now() - looked.at < LOOK_AROUND_MS) return;
  looked = { scaler: id, at: performance.now() };
  try {
    const [events, why, accuracy] = await Promise.all([api.calendar(scaler), api.why(scaler), api.accuracy(scaler)]);
    if (state.scaler === null || idOf(state.scaler) !== id) return;
    state.events = events.filter((event) => event.kind !== 'business-hours').map((event) => ({ ...event, from: format.seconds(event.start), to: format.seconds(event.end) }));
    state.insight = { why, accuracy };
    redraw();
  } catch {
    // What was known still stands, and the connection's state is shown beside it.
  }
}

let lookedAtBalancer = { scaler: null, at: -Infinity };

/** How the balancers stand and what is advised; seldom, since a fleet is simulated for it. */
async function lookAtBalancer() {
  const { scaler } = state;
  if (scaler === null) return;
  const id = idOf(scaler);
  const wait = state.balancer?.recommended ? LOOK_AT_BALANCER_MS : LOOK_AROUND_MS;
  if (lookedAtBalancer.scaler === id && performance.now() - lookedAtBalancer.at < wait) return;
  lookedAtBalancer = { scaler: id, at: performance.now() };
  try {
    const balancer = await api.balancer(scaler);
    if (state.scaler === null || idOf(state.scaler) !== id) return;
    state.balancer = balancer;
    redraw();
  } catch {
    // What was known still stands.
  }
}

async function loadPast(scaler, stillChosen) {
  if (scaler.at === null && state.scaler.at === null) return;
  const now = format.seconds(state.scaler.at ?? scaler.at);
  const since = new Date((now - state.windowHours * 3600) * 1000).toISOString();
  try {
    const decisions = await api.decisionsSince(scaler, since, MOST_DECISIONS);
    if (stillChosen()) {
      const known = [...decisions, ...state.decisions.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
      state.decisions = new Map(known.map((decision) => [decision.at, decision]));
    }
    alert(null);
    redraw();
  } catch (error) {
    alert(error.message);
  }
}

function remember(decision) {
  const before = [...state.decisions.keys()].at(-1);
  state.decisions.set(decision.at, decision);
  // A stream that fell behind tells the newest alone; the rest is asked for.
  if (before !== undefined && format.seconds(decision.at) - format.seconds(before) > GAP_SECONDS) {
    const chosen = state.scaler;
    loadPast(chosen, () => state.scaler !== null && idOf(state.scaler) === idOf(chosen));
  }
  redraw();
}

// --- what is shown ---

const CONNECTION = { live: 'live', connecting: 'connecting…', reconnecting: 'reconnecting…', gone: 'removed' };

function setConnection(name) {
  $('connection').dataset.state = name;
  text('connection-text', CONNECTION[name]);
}

let drawing = 0;

/** Draws once a frame, however many events arrived. */
function redraw() {
  if (drawing === 0) drawing = requestAnimationFrame(() => { drawing = 0; draw(); });
}

function draw() {
  const { scaler, forecast } = state;
  if (scaler === null) return;
  const decisions = [...state.decisions.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
  for (const old of decisions.splice(0, Math.max(0, decisions.length - MOST_DECISIONS))) state.decisions.delete(old.at);
  const ready = forecast?.quantiles ? forecast : null;

  drawHead(scaler);
  drawTiles(scaler, ready, forecast);
  drawCharts(scaler, ready, forecast, decisions);
  drawDecision(state.pinned ?? decisions.at(-1) ?? null);
  drawSize(scaler.size, scaler.sizesBeside);
  drawFeed(decisions);
  drawComing(scaler);
  drawBalancer();
  drawInsight();
}

const EXPLAINED_AHEAD_SECONDS = 1800;

function drawInsight() {
  const { insight } = state;
  const reason = insight?.why.find((one) => one.aheadSeconds === EXPLAINED_AHEAD_SECONDS) ?? insight?.why[0];
  const at = insight?.accuracy.leads.find((lead) => lead.aheadSeconds === EXPLAINED_AHEAD_SECONDS);
  $('insight').hidden = insight === null || (!reason && insight.accuracy.scored === 0);
  if ($('insight').hidden) return;
  text('why', reason?.sentence ?? '');
  $('why').hidden = !reason;
  const covered = at ? ` ${format.duration(at.aheadSeconds)} ahead, ${format.one(at.coverage['0.95'] * 100)} % lay under the 95 % quantile.` : '';
  text('accuracy', `${insight.accuracy.sentence}${covered}`);
}

function drawComing(scaler) {
  const now = scaler.at === null ? -Infinity : format.seconds(scaler.at);
  const coming = state.events.filter((event) => event.to > now).slice(0, MOST_COMING);
  $('coming-card').hidden = coming.length === 0;
  const shown = JSON.stringify([coming, coming.map((event) => event.from <= now)]);
  if ($('coming').dataset.shown === shown) return;
  $('coming').dataset.shown = shown;
  $('coming').replaceChildren(...coming.map((event) => element('li', {},
    element('time', { dateTime: event.start }, event.from <= now ? 'now' : format.clock(event.from)),
    element('span', {}, event.label || format.words(event.kind)),
    element('em', {}, event.factor === null ? '' : `× ${format.one(event.factor)}`))));
}

function drawSize(size, beside) {
  $('size-card').hidden = size === null;
  const shown = JSON.stringify([size, beside]);
  if (size === null || $('size-card').dataset.shown === shown) return;
  $('size-card').dataset.shown = shown;
  const { currentCpuCores: current, desiredCpuCores: desired } = size;
  $('size-chip').className = `chip ${desired > current ? 'up' : desired < current ? 'down' : ''}`;
  text('size-chip', current === desired ? format.millicores(current) : `${format.millicores(current)} → ${format.millicores(desired)}`);
  text('size-reason', format.words(size.reason));
  text('size-at', format.minute(format.seconds(size.at)));
  $('size-at').dateTime = size.at;
  const sentences = [size.waySentence, ...[size, ...beside].flatMap((each) => [each.sentence, each.memory?.sentence, each.rolloutSentence])].filter(Boolean);
  $('size-sentence').replaceChildren(...sentences.map((sentence) => element('span', {}, `${sentence} `)));
  const known = (cores) => (cores === null ? 'unknown' : format.millicores(cores));
  const facts = [
    ['container', size.container],
    ['needed now', known(size.neededCpuCores)],
    ['for the forecast', known(size.forecastCpuCores)],
    ['CPU bounds', `${format.millicores(size.minCpuCores)}–${format.millicores(size.maxCpuCores)}`],
  ];
  const percent = (share) => (share === null ? 'unknown' : `${format.one(100 * share)}\u00a0%`);
  if (size.maxThrottledShare !== null) facts.push(['throttled', `${percent(size.throttledShare)}, bound ${percent(size.maxThrottledShare)}`]);
  if (size.memory !== null) {
    const { currentBytes: has, desiredBytes: wanted, minBytes: least, maxBytes: most } = size.memory;
    facts.push(['memory', has === wanted ? format.mebibytes(has) : `${format.mebibytes(has)} → ${format.mebibytes(wanted)}`]);
    facts.push(['memory bounds', `${format.mebibytes(least)}–${format.mebibytes(most)}`]);
  }
  if (size.rollout !== null) facts.push(['rollout', format.words(size.rollout)]);
  for (const { container, currentCpuCores: has, desiredCpuCores: wanted, memory } of beside) {
    const change = (from, to, shown) => (from === to ? shown(from) : `${shown(from)} → ${shown(to)}`);
    facts.push([container, [
      change(has, wanted, format.millicores),
      ...(memory === null ? [] : [change(memory.currentBytes, memory.desiredBytes, format.mebibytes)]),
    ].join(', ')]);
  }
  $('size-facts').replaceChildren(...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

function drawBalancer() {
  const { balancer } = state;
  const trouble = balancer?.instances.flatMap((instance) => instance.problems.map((problem) => [instance.address, problem])) ?? [];
  $('balancer-card').hidden = balancer === null || (balancer.recommended === null && balancer.instances.length === 0);
  const shown = JSON.stringify(balancer);
  if ($('balancer-card').hidden || $('balancer-card').dataset.shown === shown) return;
  $('balancer-card').dataset.shown = shown;
  text('balancer-sentence', balancer.sentence);
  $('balancer-trouble').hidden = trouble.length === 0;
  $('balancer-trouble').replaceChildren(...trouble.map(([address, problem]) => element('li', {}, `${address}: ${problem.sentence}`)));
  $('balancer-algorithms').hidden = balancer.algorithms.length === 0;
  $('balancer-algorithms').tBodies[0].replaceChildren(...balancer.algorithms.map((each) => element('tr', { className: each.algorithm === balancer.recommended ? 'best' : '' },
    element('th', { scope: 'row' }, each.name, each.algorithm === balancer.inForce ? element('em', {}, ' in force') : null),
    element('td', {}, each.saturated ? 'overloaded' : format.response(each.p95Seconds)))));
  $('balancer-warm-up').hidden = balancer.warmUp === null;
  text('balancer-warm-up', balancer.warmUp ? `A new replica gets its full share after ${Math.round(balancer.warmUp.seconds)}\u00a0s (${balancer.warmUp.origin.toLowerCase()}): ${balancer.warmUp.sentence}.` : '');
  const serving = balancer.instances.find((instance) => instance.servers.length > 0)?.servers ?? [];
  $('balancer-weights').hidden = serving.length === 0;
  $('balancer-servers').replaceChildren(...serving.flatMap((server) => [
    element('dt', {}, `${server.name} `, element('b', {}, String(server.weight))),
    element('dd', {}, server.reason)]));
  $('balancer-facts').replaceChildren(...balancer.facts.flatMap((fact) => [
    element('dt', {}, `${format.words(fact.name)} `, element('b', {}, `${format.figure(fact.value)}${fact.unit ? `\u00a0${fact.unit}` : ''}`)),
    element('dd', {}, `${fact.origin.toLowerCase()}: ${fact.detail}`)]));
}

const unit = (scaler) => (scaler.loadType === 'Gauge' ? '' : 'req/s');

function drawHead(scaler) {
  text('target', `${scaler.target.kind} ${scaler.target.name}`);
  text('clock', scaler.at === null ? format.UNKNOWN : format.clock(format.seconds(scaler.at)));
  if (scaler.at !== null) $('clock').dateTime = scaler.at;
  installationSwitch.show(scaler.installationMode);
  scalerSwitch.show(scaler.mode, scaler.modeInForce);
  const trial = scaler.promotion === null ? '' : ` ${format.words(scaler.promotion.standing)}: ${scaler.promotion.sentence}.`;
  text('mode-note', (scaler.mode === scaler.modeInForce
    ? { Paused: 'Nothing is decided; the workload is left as it is.', Advisory: 'Decisions are published, never applied.', Enforcing: 'Decisions are applied to the workload.' }[scaler.mode]
    : `Set to ${scaler.mode}, in force is ${scaler.modeInForce}: the installation's mode is the ceiling.`) + trial);
}

function drawTiles(scaler, ready, forecast) {
  const { currentReplicas: current, desiredReplicas: desired } = scaler;
  figure('tile-replicas', current === null ? format.UNKNOWN : current === desired ? `${current}` : `${current} → ${desired}`);
  text('tile-replicas-note', current === null ? 'not read yet' : `${scaler.readyReplicas} ready · bounds ${scaler.bounds.minReplicas}–${scaler.bounds.maxReplicas}`);

  figure('tile-load', format.load(scaler.load), scaler.load === null ? '' : unit(scaler));
  const capacity = scaler.capacity === null || scaler.readyReplicas === null ? null : scaler.capacity.perReplica * scaler.readyReplicas;
  text('tile-load-note', scaler.load === null ? 'unknown is not zero' : capacity ? `${format.whole((scaler.load / capacity) * 100)} % of ${format.load(capacity)} ready` : 'no capacity known yet');

  if (ready) {
    const level = String(Object.keys(ready.quantiles).map(Number).filter((l) => l >= scaler.serviceLevel).sort((a, b) => a - b)[0] ?? Math.max(...Object.keys(ready.quantiles).map(Number)));
    const row = ready.quantiles[level];
    const peak = Math.max(...row);
    const when = format.seconds(ready.issuedAt) + (row.indexOf(peak) + 1) * ready.stepSeconds;
    figure('tile-peak', format.load(peak), unit(scaler));
    text('tile-peak-note', `at ${format.minute(when)}, ${format.whole(level * 100)} % quantile`);
  } else {
    figure('tile-peak', format.UNKNOWN);
    text('tile-peak-note', forecast?.notReady ? `${format.words(forecast.notReady.reason)}` : '');
  }

  figure('tile-lead', format.duration(scaler.leadTimeSeconds));
  text('tile-lead-note', scaler.leadTimeSeconds === null ? 'not learned yet' : 'until it bears load');

  drawVersus(scaler.comparison);
}

function figure(id, value, unitText = '') {
  const shown = `${value}|${unitText}`;
  if ($(id).dataset.shown === shown) return;
  $(id).dataset.shown = shown;
  $(id).replaceChildren(value, unitText ? element('small', {}, ` ${unitText}`) : '');
}

function drawVersus(comparison) {
  const pair = (id, ours, hpa) => {
    const shown = `${ours}|${hpa}`;
    if ($(id).dataset.shown === shown) return;
    $(id).dataset.shown = shown;
    $(id).replaceChildren(
      element('div', { className: 'ours' }, element('dt', {}, 'ours'), element('dd', {}, ours)),
      element('div', { className: 'hpa' }, element('dt', {}, 'HPA'), element('dd', {}, hpa)),
    );
  };
  if (comparison === null) {
    pair('tile-hours', format.UNKNOWN, format.UNKNOWN);
    pair('tile-violations', format.UNKNOWN, format.UNKNOWN);
    text('tile-hours-note', 'nothing counted yet');
    text('tile-violations-note', '');
    return;
  }
  const { ours, hpa, minutes } = comparison;
  pair('tile-hours', format.one(ours.replicaHours), format.one(hpa.replicaHours));
  text('tile-hours-note', `${format.percent(ours.replicaHours / hpa.replicaHours - 1)} over ${format.duration(minutes * 60)}`);
  pair('tile-violations', format.whole(ours.violationMinutes), format.whole(hpa.violationMinutes));
  const share = (account) => (account.requests > 0 ? `${format.one((account.requestsInViolation / account.requests) * 100)} %` : format.UNKNOWN);
  text('tile-violations-note', `requests: ${share(ours)} vs ${share(hpa)}`);
}

function drawCharts(scaler, ready, forecast, decisions) {
  const loadUnit = unit(scaler);
  text('load-title', loadUnit ? 'Load, requests/s' : 'Load');
  $('not-ready').hidden = !forecast?.notReady;
  if (forecast?.notReady) text('not-ready', `No forecast: ${forecast.notReady.detail.replace(/\.$/, '')}. The reactive rule scales meanwhile.`);
  const shown = columns(decisions, ready);
  if (shown.now === null) {
    charts.clear();
    return;
  }
  const horizon = ready ? shown.time.at(-1) - shown.now : AHEAD_WITHOUT_FORECAST_SECONDS;
  // While less is known than fits, what is known fills the width.
  const oldest = Math.min(shown.time[0], shown.now - LEAST_SHOWN_SECONDS);
  charts.show(shown, {
    from: Math.max(oldest, shown.now - state.windowHours * 3600),
    events: state.events,
    to: shown.now + horizon,
    leadSeconds: scaler.leadTimeSeconds,
    unit: loadUnit,
  });
  text('load-summary', `Load ${format.load(scaler.load)} ${loadUnit} at ${format.clock(shown.now)}.`);
  text('replicas-summary', `${scaler.currentReplicas} replicas, ${scaler.desiredReplicas} desired; the HPA would have ${scaler.hpa?.desiredReplicas}.`);
}

const arrow = (decision) => (decision.outcome === 'Hold' ? `${decision.desiredReplicas}` : `${decision.currentReplicas} → ${decision.desiredReplicas}`);
const kind = (decision) => (decision.outcome === 'Hold' ? 'hold' : decision.desiredReplicas > decision.currentReplicas ? 'up' : 'down');
const KIND_NAMES = { hold: 'Hold', up: 'Scale out', down: 'Scale in' };

function drawDecision(decision) {
  $('latest').hidden = state.pinned === null;
  text('decision-title', state.pinned === null ? 'Last decision' : 'Decision');
  const box = $('decision');
  const shown = decision === null ? 'none' : `${decision.at} ${decision.sentence}`;
  if (box.dataset.shown === shown) return;
  box.dataset.shown = shown;
  if (decision === null) {
    box.replaceChildren(element('p', { className: 'note' }, 'Nothing was decided yet. The first decision follows the first full minute of samples.'));
    return;
  }
  const loadUnit = state.scaler ? unit(state.scaler) : '';
  const withUnit = (value) => (value == null ? 'unknown' : `${format.load(value)} ${loadUnit}`);
  const facts = [
    ['needed now', decision.neededNow ?? 'unknown'],
    ['planned', decision.planned ?? 'no forecast'],
    ['peak in lead time', decision.forecast.notReady ? format.words(decision.forecast.notReady) : withUnit(decision.forecast.peakAtServiceLevel)],
    ['a replica bears', decision.capacity ? `${withUnit(decision.capacity.perReplica)}, ${decision.capacity.origin.toLowerCase()}` : 'unknown'],
    ['forecast by', decision.forecast.model === null ? 'none' : format.words(decision.forecast.model)],
    ['the HPA asks for', decision.hpa.desiredReplicas],
  ];
  box.replaceChildren(
    element('p', { className: 'headline' },
      element('span', { className: `chip ${kind(decision)}` }, `${KIND_NAMES[kind(decision)]} ${arrow(decision)}`),
      element('span', { className: 'reason' }, format.words(decision.reason)),
      element('time', { dateTime: decision.at }, format.minute(format.seconds(decision.at)))),
    element('p', { className: 'sentence' }, decision.sentence),
    element('dl', { className: 'facts' }, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, String(value))])),
    decision.clamps.length === 0
      ? element('p', { className: 'note' }, 'No rule changed the number.')
      : element('ol', { className: 'clamps', 'aria-label': 'Rules that changed the number, in order' },
        ...decision.clamps.map((clamp) => element('li', {}, element('b', {}, format.words(clamp.rule)), ` ${clamp.before} → ${clamp.after}`, element('span', {}, clamp.detail)))),
  );
}

/** Runs of the same hold become one row. */
function feedRows(decisions) {
  const rows = [];
  for (let i = decisions.length - 1; i >= 0 && rows.length < MOST_FEED_ROWS; i--) {
    const decision = decisions[i];
    const row = rows.at(-1);
    const same = row && decision.outcome === 'Hold' && row.newest.outcome === 'Hold'
      && row.newest.reason === decision.reason && row.newest.desiredReplicas === decision.desiredReplicas;
    if (same) {
      row.oldest = decision;
      row.minutes++;
    } else {
      rows.push({ newest: decision, oldest: decision, minutes: 1 });
    }
  }
  return rows;
}

const feedNodes = new Map();

function drawFeed(decisions) {
  const rows = feedRows(decisions);
  const nodes = rows.map(({ newest, oldest }) => {
    const key = oldest.at;
    const shown = `${newest.at} ${state.pinned?.at === newest.at}`;
    let node = feedNodes.get(key);
    if (node?.dataset.shown === shown) return node;
    const from = format.minute(format.seconds(oldest.at));
    const to = format.minute(format.seconds(newest.at));
    const children = [
      element('time', { dateTime: newest.at }, from === to ? to : `${from}–${to}`),
      element('span', { className: `chip ${kind(newest)}` }, arrow(newest)),
      element('span', { className: 'reason' }, format.words(newest.reason)),
    ];
    if (node) {
      node.firstChild.replaceChildren(...children);
    } else {
      node = element('li', {}, element('button', { type: 'button' }, ...children));
    }
    node.firstChild.setAttribute('aria-label', `${from === to ? to : `${from} to ${to}`}: ${KIND_NAMES[kind(newest)]} ${arrow(newest)}, ${format.words(newest.reason)}`);
    node.firstChild.setAttribute('aria-pressed', String(state.pinned?.at === newest.at));
    node.firstChild.onclick = () => { state.pinned = newest; redraw(); };
    node.dataset.shown = shown;
    return node;
  });
  feedNodes.clear();
  rows.forEach((row, i) => feedNodes.set(row.oldest.at, nodes[i]));
  const feed = $('feed');
  nodes.forEach((node, i) => { if (feed.children[i] !== node) feed.insertBefore(node, feed.children[i] ?? null); });
  while (feed.children.length > nodes.length) feed.lastChild.remove();
}

// --- what is asked for ---

$('scaler').addEventListener('change', (event) => choose(state.scalers.find((scaler) => idOf(scaler) === event.target.value)));
$('scaler').addEventListener('focus', async () => {
  try {
    const found = await api.scalers();
    if (found.map(idOf).join() !== state.scalers.map(idOf).join()) {
      state.scalers = found;
      fillPicker();
    }
  } catch {
    // The list that is shown still stands, and the connection's state is shown beside it.
  }
});
$('latest').addEventListener('click', () => { state.pinned = null; redraw(); });
window.addEventListener('hashchange', () => {
  const wanted = state.scalers.find((scaler) => idOf(scaler) === fromHash());
  if (wanted && (state.scaler === null || idOf(wanted) !== idOf(state.scaler))) choose(wanted);
});

for (const [label, hours] of WINDOWS) {
  const input = element('input', { type: 'radio', name: 'window', value: String(hours), checked: hours === state.windowHours });
  input.addEventListener('change', () => {
    state.windowHours = hours;
    redraw();
    const chosen = state.scaler;
    loadPast(chosen, () => state.scaler !== null && idOf(state.scaler) === idOf(chosen));
  });
  $('window').append(element('label', {}, input, element('span', {}, label)));
}

takeToken();
lookForScalers();
