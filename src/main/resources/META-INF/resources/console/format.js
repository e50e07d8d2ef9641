// Writes figures for people. Times are the server's event time, shown in UTC; the browser's clock is never asked.

const UTC = { timeZone: 'UTC', hourCycle: 'h23' };
const CLOCK = new Intl.DateTimeFormat('en-GB', { ...UTC, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const MINUTE = new Intl.DateTimeFormat('en-GB', { ...UTC, hour: '2-digit', minute: '2-digit' });
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const ONE = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

const THREE_DIGITS = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export const UNKNOWN = '–';

export const seconds = (instant) => Date.parse(instant) / 1000;
export const clock = (epochSeconds) => CLOCK.format(new Date(epochSeconds * 1000));
export const minute = (epochSeconds) => MINUTE.format(new Date(epochSeconds * 1000));
export const whole = (value) => (value == null ? UNKNOWN : WHOLE.format(value));
export const one = (value) => (value == null ? UNKNOWN : ONE.format(value));
export const compact = (value) => (value == null ? UNKNOWN : COMPACT.format(value));

export const figure = (value) => THREE_DIGITS.format(value);

/** A load with a digit after the point where it is small. */
export const load = (value) => (value == null ? UNKNOWN : value < 10 ? ONE.format(value) : WHOLE.format(value));

/** 2430m */
export const millicores = (cores) => `${Math.round(cores * 1000)}m`;

/** 512Mi */
export const mebibytes = (bytes) => `${Math.ceil(bytes / 1048576)}Mi`;

/** 3 min 2 s */
export function duration(totalSeconds) {
  if (totalSeconds == null) return UNKNOWN;
  const rounded = Math.round(totalSeconds);
  const hours = Math.floor(rounded / 3600);
  const minutes = Math.floor((rounded % 3600) / 60);
  const parts = [[hours, 'h'], [minutes, 'min'], [hours ? 0 : rounded % 60, 's']].filter(([n]) => n > 0);
  return parts.length ? parts.map(([n, unit]) => `${n}\u00a0${unit}`).join(' ') : '0\u00a0s';
}

/** 250 ms, 1.4 s */
export const response = (seconds) => (seconds < 0.9995 ? `${WHOLE.format(seconds * 1000)}\u00a0ms` : `${ONE.format(seconds)}\u00a0s`);

/** −8.1 %, with a true minus. */
export function percent(ratio) {
  if (!Number.isFinite(ratio)) return UNKNOWN;
  const value = ONE.format(Math.abs(ratio * 100));
  return `${ratio < 0 && value !== '0.0' ? '−' : ratio > 0 && value !== '0.0' ? '+' : ''}${value}\u00a0%`;
}

export function signed(value, text) {
  return `${value < 0 ? '−' : value > 0 ? '+' : '±'}${text(Math.abs(value))}`;
}

/** ForecastAboveCapacity → Forecast above capacity */
export function words(label) {
  const spaced = label.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
