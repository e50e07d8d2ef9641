// Draws the two charts on one time axis: load with the forecast ahead, and replicas.

import uPlot from '/webjars/uplot/1.6.30/dist/uPlot.esm.js';
import * as format from './format.js';

const SYNC = 'time';
const AXIS_WIDTH = 54;
const utc = (epochSeconds) => uPlot.tzDate(new Date(epochSeconds * 1000), 'Etc/UTC');

/** The colours of the page, read where they are defined: in the stylesheet. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const get = (name) => style.getPropertyValue(`--${name}`).trim();
  return Object.fromEntries(
    ['ink', 'muted', 'grid', 'load', 'forecast', 'ours', 'hpa', 'violation', 'now', 'lead', 'event', 'font'].map((name) => [name, get(name)]),
  );
}

const withAlpha = (hex, alpha) => `${hex}${Math.round(alpha * 255).toString(16).padStart(2, '0')}`;

/** Decisions are a minute apart; beyond this something is missing, and no line is drawn over it. */
export const GAP_SECONDS = 150;

const NOTHING = { load: null, capacity: null, desiredReplicas: null, readyReplicas: null, hpa: { desiredReplicas: null, readyReplicas: null } };

/** The decisions, with a row of nothing wherever some are missing. */
function withGaps(decisions) {
  const rows = [];
  for (const decision of decisions) {
    const time = format.seconds(decision.at);
    if (rows.length && time - rows.at(-1).time > GAP_SECONDS) rows.push({ time: rows.at(-1).time + 60, decision: NOTHING });
    rows.push({ time, decision });
  }
  return rows;
}

/**
 * What both charts show, as columns over one time axis.
 *
 * @param decisions ascending by time
 * @param forecast null where there is none
 */
export function columns(decisions, forecast) {
  const last = decisions.length ? format.seconds(decisions.at(-1).at) : null;
  const rows = withGaps(decisions);
  const past = rows.map((row) => row.time);
  const future = [];
  if (forecast) {
    const from = format.seconds(forecast.issuedAt);
    const steps = Object.values(forecast.quantiles)[0].length;
    for (let h = 1; h <= steps; h++) future.push(from + h * forecast.stepSeconds);
  }
  const ahead = future.filter((time) => last === null || time > last);
  const skipped = future.length - ahead.length;
  const time = [...past, ...ahead];
  const onPast = (value) => [...rows.map((row) => value(row.decision)), ...ahead.map(() => null)];
  const levels = forecast ? Object.keys(forecast.quantiles).map(Number).sort((a, b) => a - b) : [];
  const key = (level) => Object.keys(forecast.quantiles).find((name) => Number(name) === level);
  // The band opens at the last observed load, so that it joins the line.
  const onFuture = (level) => [
    ...past.map((_, i) => (i === past.length - 1 && ahead.length ? rows[i].decision.load : null)),
    ...forecast.quantiles[key(level)].slice(skipped),
  ];
  return {
    time,
    now: last,
    load: onPast((d) => d.load),
    capacity: onPast((d) => (d.capacity === null ? null : d.readyReplicas * d.capacity.perReplica)),
    levels,
    quantiles: levels.map(onFuture),
    desired: onPast((d) => d.desiredReplicas),
    ready: onPast((d) => d.readyReplicas),
    hpaDesired: onPast((d) => d.hpa.desiredReplicas),
    hpaReady: onPast((d) => d.hpa.readyReplicas),
  };
}

const stepped = uPlot.paths.stepped({ align: 1 });

/** Both charts, in these two elements. */
export class Charts {
  #loadHost;
  #replicasHost;
  #load = null;
  #replicas = null;
  #shown = null;
  #view = { now: null, from: null, to: null, leadSeconds: null, events: [], unit: '' };
  #colours = palette();

  constructor(loadHost, replicasHost) {
    this.#loadHost = loadHost;
    this.#replicasHost = replicasHost;
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(loadHost);
    observer.observe(replicasHost);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#colours = palette();
      this.#drop();
      if (this.#shown) this.show(this.#shown, this.#view);
    });
  }

  /**
   * @param view {from, to: seconds since the epoch; events: [{from, to, kind, label, factor}]; leadSeconds; unit}
   */
  show(shown, view) {
    const bands = this.#shown?.levels.join() !== shown.levels.join();
    this.#shown = shown;
    this.#view = { ...view, now: shown.now };
    if (bands) this.#drop();
    const loadData = [shown.time, shown.load, shown.capacity, ...shown.quantiles];
    const replicasData = [shown.time, shown.ready, shown.desired, shown.hpaReady, shown.hpaDesired];
    if (this.#load === null) {
      this.#load = new uPlot(this.#loadOptions(), loadData, this.#loadHost);
      this.#replicas = new uPlot(this.#replicasOptions(), replicasData, this.#replicasHost);
    } else {
      this.#load.setData(loadData);
      this.#replicas.setData(replicasData);
    }
  }

  /** Shows nothing. */
  clear() {
    this.#drop();
    this.#shown = null;
  }

  #drop() {
    this.#load?.destroy();
    this.#replicas?.destroy();
    this.#load = null;
    this.#replicas = null;
  }

  #size(host) {
    return { width: Math.max(240, host.clientWidth), height: Math.max(120, host.clientHeight) };
  }

  #resize() {
    this.#load?.setSize(this.#size(this.#loadHost));
    this.#replicas?.setSize(this.#size(this.#replicasHost));
  }

  #common(host, drawBelow, rows) {
    const { ink, muted, grid, font } = this.#colours;
    const axis = { stroke: muted, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    return {
      ...this.#size(host),
      tzDate: utc,
      legend: { show: false },
      padding: [10, 14, 0, 0],
      cursor: { sync: { key: SYNC, scales: ['x', null] }, y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { x: { time: true, range: () => [this.#view.from, this.#view.to] } },
      x: {
        ...axis,
        space: 70,
        size: 28,
        values: (u, ticks, _space, _found, step) =>
          ticks.map((tick) => (step >= 86400 || tick % 86400 === 0 ? format.clock(tick).replace(/,? \d\d:\d\d$/, '') : format.minute(tick))),
      },
      y: { ...axis, size: AXIS_WIDTH, space: 34 },
      hooks: {
        drawClear: [(u) => drawBelow(u)],
        draw: [(u) => this.#drawNow(u)],
        ready: [(u) => addTooltip(u, rows)],
      },
      ink,
    };
  }

  #loadOptions() {
    const { load, forecast, ours } = this.#colours;
    const common = this.#common(this.#loadHost, (u) => this.#drawBelowLoad(u), (i) => this.#loadRows(i));
    const levels = this.#shown.levels;
    const first = 3;
    const bands = [];
    for (let i = 1; i < levels.length; i++) {
      const distance = Math.max(Math.abs(levels[i] - 0.5), Math.abs(levels[i - 1] - 0.5));
      const alpha = distance <= 0.41 ? 0.42 : distance <= 0.46 ? 0.27 : 0.15;
      bands.push({ series: [first + i, first + i - 1], fill: withAlpha(forecast, alpha) });
    }
    return {
      ...common,
      scales: { ...common.scales, y: { range: (_u, _min, max) => [0, nice(max * 1.06)] } },
      axes: [common.x, { ...common.y, values: (_u, ticks) => ticks.map((tick) => format.whole(tick)) }],
      series: [
        {},
        { stroke: load, width: 1.5, points: { show: false } },
        { stroke: ours, width: 1.5, paths: stepped, points: { show: false } },
        ...levels.map((level) => ({
          stroke: level === 0.5 ? forecast : withAlpha(forecast, 0.35),
          width: level === 0.5 ? 2 : 0.75,
          dash: level === 0.5 ? [6, 4] : undefined,
          points: { show: false },
        })),
      ],
      bands,
    };
  }

  #replicasOptions() {
    const { ours, hpa } = this.#colours;
    const common = this.#common(this.#replicasHost, (u) => this.#drawLead(u, true), (i) => this.#replicaRows(i));
    const line = (stroke, width, more) => ({ stroke, width, paths: stepped, points: { show: false }, ...more });
    return {
      ...common,
      scales: { ...common.scales, y: { range: (_u, _min, max) => [0, Math.max(4, Math.ceil(max) + 1)] } },
      axes: [
        common.x,
        { ...common.y, space: 24, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], values: (_u, ticks) => ticks.map((tick) => format.whole(tick)) },
      ],
      series: [
        {},
        line(withAlpha(ours, 0.55), 1, { fill: withAlpha(ours, 0.14) }),
        line(ours, 2.25),
        line(withAlpha(hpa, 0.75), 1, { dash: [2, 3] }),
        line(hpa, 1.75),
      ],
    };
  }

  /** Each event as a band with its name along its start. */
  #drawEvents(u) {
    const { from, to, events } = this.#view;
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.font = scaled(this.#colours.font);
    ctx.textBaseline = 'bottom';
    for (const event of events.filter((one) => one.to > from && one.from < to)) {
      const left = u.valToPos(event.from, 'x', true);
      const right = u.valToPos(event.to, 'x', true);
      ctx.fillStyle = withAlpha(this.#colours.event, 0.13);
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.fillStyle = this.#colours.event;
      ctx.fillRect(left, bbox.top, 2 * devicePixelRatio, bbox.height);
      const name = `${event.label || format.words(event.kind)}${event.factor === null ? '' : ` × ${format.one(event.factor)}`}`;
      const fits = Math.max(left, bbox.left) + ctx.measureText(name).width + 12 * devicePixelRatio < bbox.left + bbox.width;
      ctx.textAlign = fits ? 'left' : 'right';
      ctx.fillText(name, fits ? Math.max(left, bbox.left) + 6 * devicePixelRatio : left - 5 * devicePixelRatio, bbox.top + bbox.height - 6 * devicePixelRatio);
    }
    ctx.restore();
  }

  #drawBelowLoad(u) {
    this.#drawEvents(u);
    this.#drawLead(u, false);
    const { ctx, bbox } = u;
    const [time, load, capacity] = u.data;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (let i = 1; i < time.length; i++) {
      if (load[i] !== null && capacity[i] !== null && load[i] > capacity[i] * (1 + 1e-9)) {
        const left = u.valToPos(time[i - 1], 'x', true);
        const width = Math.max(1, u.valToPos(time[i], 'x', true) - left);
        ctx.fillStyle = withAlpha(this.#colours.violation, 0.16);
        ctx.fillRect(left, bbox.top, width, bbox.height);
        ctx.fillStyle = this.#colours.violation;
        ctx.fillRect(left, bbox.top + bbox.height - 4 * devicePixelRatio, width, 4 * devicePixelRatio);
      }
    }
    ctx.restore();
  }

  #drawLead(u, labelled) {
    const { now, leadSeconds } = this.#view;
    if (now === null || !leadSeconds) return;
    const { ctx, bbox } = u;
    const left = u.valToPos(now, 'x', true);
    const right = u.valToPos(now + leadSeconds, 'x', true);
    ctx.save();
    ctx.fillStyle = withAlpha(this.#colours.lead, 0.22);
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    if (labelled) {
      ctx.fillStyle = this.#colours.muted;
      ctx.font = scaled(this.#colours.font);
      ctx.textAlign = 'left';
      ctx.textBaseline = 'top';
      ctx.fillText(`lead time ${format.duration(leadSeconds)}`, right + 5 * devicePixelRatio, bbox.top + 3 * devicePixelRatio);
    }
    ctx.restore();
  }

  #drawNow(u) {
    const { now } = this.#view;
    if (now === null) return;
    const { ctx, bbox } = u;
    const x = Math.round(u.valToPos(now, 'x', true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = this.#colours.now;
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (u === this.#load) {
      ctx.fillStyle = this.#colours.now;
      ctx.font = scaled(this.#colours.font);
      ctx.textAlign = 'right';
      ctx.textBaseline = 'top';
      ctx.fillText('now', x - 5 * devicePixelRatio, bbox.top + 3 * devicePixelRatio);
    }
    ctx.restore();
  }

  #loadRows(i) {
    const { load, forecast, ours } = this.#colours;
    const { levels, quantiles, now, time } = this.#shown;
    if (time[i] > now) {
      return levels.toReversed().map((level, k) => [
        level === 0.5 ? 'median' : `${format.whole(level * 100)} %`,
        `${format.load(quantiles[levels.length - 1 - k][i])} ${this.#view.unit}`,
        forecast,
      ]);
    }
    return [
      ['load', `${format.load(this.#shown.load[i])} ${this.#view.unit}`, load],
      ['capacity', `${format.load(this.#shown.capacity[i])} ${this.#view.unit}`, ours],
    ];
  }

  #replicaRows(i) {
    const { ours, hpa } = this.#colours;
    const shown = this.#shown;
    if (shown.time[i] > shown.now || shown.desired[i] === null) return [];
    return [
      ['ours', `${shown.desired[i]} desired, ${shown.ready[i]} ready`, ours],
      ['HPA', `${shown.hpaDesired[i]} desired, ${shown.hpaReady[i]} ready`, hpa],
    ];
  }
}

const scaled = (font) => font.replace(/([\d.]+)px/, (_all, size) => `${size * devicePixelRatio}px`);

/** The next of 1, 1.5, 2, 3, 4, 5, 6, 8 × a power of ten, so that the axis holds still while the load moves. */
function nice(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((step) => step >= value);
}

/** A small box beside the cursor with the values of that minute. */
function addTooltip(u, rows) {
  const box = document.createElement('div');
  box.className = 'tooltip';
  box.hidden = true;
  u.over.append(box);
  let hovered = false;
  u.over.addEventListener('pointerenter', () => { hovered = true; });
  u.over.addEventListener('pointerleave', () => { hovered = false; box.hidden = true; });
  u.hooks.setCursor = [
    ...(u.hooks.setCursor ?? []),
    () => {
      const i = u.cursor.idx;
      const entries = hovered && i != null ? rows(i) : [];
      box.hidden = entries.length === 0;
      if (box.hidden) return;
      const title = document.createElement('b');
      title.textContent = format.clock(u.data[0][i]);
      box.replaceChildren(title, ...entries.map(([name, value, colour]) => {
        const row = document.createElement('span');
        const swatch = document.createElement('i');
        swatch.style.background = colour;
        row.append(swatch, `${name} `, Object.assign(document.createElement('em'), { textContent: value }));
        return row;
      }));
      const left = u.cursor.left;
      const flip = left + 14 + box.offsetWidth > u.over.clientWidth;
      box.style.left = `${flip ? left - 14 - box.offsetWidth : left + 14}px`;
      box.style.top = '8px';
    },
  ];
}
