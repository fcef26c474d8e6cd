// Instants and days: RFC 3339 in UTC, a clock that never goes back, comparisons in nanoseconds.

const INSTANT = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.]([0-9]{1,9}))?Z$/;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const MILLION = 1_000_000n;

let latest = 0;

/** Milliseconds since the epoch, never smaller than at the previous call. */
export function now() {
  latest = Math.max(latest, Date.now());
  return latest;
}

export const isoInstant = (milliseconds) => new Date(milliseconds).toISOString();
export const today = () => isoInstant(now()).slice(0, 10);
export const toNanoseconds = (milliseconds) => BigInt(milliseconds) * MILLION;

function midnight(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const same = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? date.getTime() : null;
}

export function isDay(text) {
  const found = DAY.exec(text);
  return found !== null && midnight(...found.slice(1, 4).map(Number)) !== null;
}

/** Nanoseconds since the epoch, or null when the text is not an instant. A leap second is taken at 23:59:60. */
export function parseInstant(text) {
  const found = INSTANT.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
  const start = midnight(year, month, day);
  const leap = hour === 23 && minute === 59 && second === 60;
  if (start === null || hour > 23 || minute > 59 || (second > 59 && !leap)) return null;
  const milliseconds = start + ((hour * 60 + minute) * 60 + second) * 1000;
  return toNanoseconds(milliseconds) + BigInt((found[7] ?? '').padEnd(9, '0'));
}
