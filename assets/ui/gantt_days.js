// Days are whole numbers here, 0 for 1 January 1970, so that places are found by arithmetic.
const DAY = 86_400_000;
const FIRST = dayOf("0001-01-01");
const LAST = dayOf("9999-12-31");
const FAR = 15 * 366; // days from the middle of a plan beyond which nothing is drawn
const MARGIN = 160; // pixels before the first bar and after the last one

// How wide a day is, in pixels, and which lines and words the head has.
export const ZOOMS = {
  days: { words: "Days", wide: 30, lines: eachDay, heads: months },
  weeks: { words: "Weeks", wide: 11, lines: weeks, heads: months },
  months: { words: "Months", wide: 3.4, lines: shortMonths, heads: years },
  quarters: { words: "Quarters", wide: 1.2, lines: quarters, heads: years },
};

export function dayOf(iso) {
  return Math.round(Date.parse(iso) / DAY);
}

export function isoOf(day) {
  return at(Math.min(Math.max(day, FIRST), LAST)).toISOString().slice(0, 10);
}

export function today(now = new Date()) {
  return Math.round(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY);
}

// From which day to which one something is drawn. What lies decades off is told, but not drawn.
export function extent(tasks, wide, width) {
  const now = today();
  const days = tasks.flatMap((task) => [task.first, task.last, task.baseFirst, task.baseLast]);
  const known = days.filter((day) => day !== null).sort((a, b) => a - b);
  const middle = known[known.length >> 1] ?? now;
  const near = [...known, now].filter((day) => Math.abs(day - middle) < FAR);
  const margin = Math.ceil(MARGIN / wide);
  const from = near.reduce((a, b) => Math.min(a, b), middle) - margin;
  const to = near.reduce((a, b) => Math.max(a, b), middle) + margin;
  return { from, to: Math.max(to, from + Math.ceil(width / wide)) };
}

export function spanInWords(first, last) {
  if (first === last) return inWords(first, { day: "numeric", month: "short" });
  const [a, b] = [at(first), at(last)];
  const sameYear = a.getUTCFullYear() === b.getUTCFullYear();
  const sameMonth = sameYear && a.getUTCMonth() === b.getUTCMonth();
  const end = inWords(last, { day: "numeric", month: "short" });
  if (sameMonth) return `${a.getUTCDate()}–${end}`;
  return `${inWords(first, { day: "numeric", month: "short" }, sameYear)} – ${end}`;
}

function inWords(day, options, withoutYear = false) {
  const here = at(day).getUTCFullYear() === new Date().getFullYear() || withoutYear;
  return words(day, here ? options : { ...options, year: "numeric" });
}

function words(day, options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }));
  }
  return formats.get(key).format(at(day));
}

const formats = new Map(); // to make one takes far longer than to use it

function at(day) {
  return new Date(day * DAY);
}

// Returns whether there is no work on a day.
export function offOf({ workingDays, holidays }) {
  const free = new Set(holidays.map(dayOf));
  return (day) => !workingDays.includes(weekday(day) + 1) || free.has(day);
}

// The days without work between two days, each run of them as [first, day after].
export function offDays(isOff, from, to) {
  const found = [];
  for (let day = from; day <= to; day++) {
    if (!isOff(day)) continue;
    if (found.at(-1)?.[1] === day) found.at(-1)[1] = day + 1;
    else found.push([day, day + 1]);
  }
  return found;
}

// The day itself, or the next one with work in a direction; a year without any has none.
export function withWork(isOff, day, direction) {
  for (let n = 0; n < 366; n++) if (!isOff(day + n * direction)) return day + n * direction;
  return day;
}

// 0 for a Monday; 1 January 1970 is a Thursday.
function weekday(day) {
  return (((day + 3) % 7) + 7) % 7;
}

function eachDay(from, to) {
  const days = Array.from({ length: to - from + 1 }, (_, n) => from + n);
  return days.map((day) => ({ day, words: String(at(day).getUTCDate()) }));
}

function weeks(from, to) {
  const monday = from - weekday(from);
  const all = Array.from({ length: Math.ceil((to - monday) / 7) + 1 }, (_, n) => monday + 7 * n);
  return all.map((day) => ({ day, words: String(at(day).getUTCDate()) }));
}

function months(from, to) {
  const options = { month: "long", year: "numeric" };
  return starts(from, to, 1).map((day) => ({ day, words: words(day, options) }));
}

function shortMonths(from, to) {
  return starts(from, to, 1).map((day) => ({ day, words: words(day, { month: "short" }) }));
}

function quarters(from, to) {
  return starts(from, to, 3).map((day) => ({ day, words: `Q${at(day).getUTCMonth() / 3 + 1}` }));
}

function years(from, to) {
  return starts(from, to, 12).map((day) => ({ day, words: words(day, { year: "numeric" }) }));
}

// The first days of months (or of every third or twelfth) from the one that `from` lies in.
function starts(from, to, step) {
  const first = at(from);
  const month = first.getUTCFullYear() * 12 + first.getUTCMonth();
  const found = [];
  for (let n = month - (month % step); ; n += step) {
    const [year, of] = [Math.floor(n / 12), (n % 12) + 1].map((part) => String(part).padStart(2, "0"));
    const day = dayOf(`${year.padStart(4, "0")}-${of}-01`);
    if (!(day <= to)) return found;
    found.push(day);
  }
}
