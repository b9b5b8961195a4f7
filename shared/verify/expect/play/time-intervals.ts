import { asList, isRecord } from '../../files/index.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july'],
  ...['august', 'september', 'october', 'november', 'december'],
];

/** What a calendar and a clock show somewhere. */
interface Moment {
  year: number;
  /** 1 to 12 */
  month: number;
  day: number;
  daysInMonth: number;
  /** 0 is Sunday. */
  weekday: number;
  /** Since midnight. */
  minute: number;
}

/**
 * Whether one of the periods of a time interval contains a moment, by Alertmanager's rules:
 * https://prometheus.io/docs/alerting/latest/configuration/#time_interval
 * Alertmanager itself only tells about now; the tests compare the two.
 *
 * @param periods the list below time_intervals: of one name; Alertmanager has found no fault with it
 */
export function isActive(periods: unknown, at: Date): boolean {
  return asList(periods).some((period) => isRecord(period) && contains(period, at));
}

/** Settings of Alertmanager in which each time interval holds always or never, as it does at the moment. */
export function settingsAt(settings: unknown, moment: Date): Record<string, unknown> {
  const config = structuredClone(settings) as Record<string, unknown>;
  for (const key of ['time_intervals', 'mute_time_intervals'])
    for (const interval of asList(config[key]).filter(isRecord))
      interval.time_intervals = isActive(interval.time_intervals, moment) ? ALWAYS : NEVER;
  return config;
}

const ALWAYS = [{ years: ['1970:9999'] }];
const NEVER = [{ years: ['1970'] }];

function contains(period: Record<string, unknown>, at: Date): boolean {
  const moment = momentAt(at, period.location);
  const { year, month, day, daysInMonth, weekday, minute } = moment;
  /** A list that is not there excludes nothing. */
  const fits = (key: string, test: (entry: unknown) => boolean) =>
    !Array.isArray(period[key]) || asList(period[key]).some(test);
  const fromEnd = (number: number) => (number < 0 ? daysInMonth + number + 1 : number);

  return (
    fits('times', (entry) => {
      const { start_time: start, end_time: end } = isRecord(entry) ? entry : {};
      return minutes(start) <= minute && minute < minutes(end);
    }) &&
    fits('weekdays', (entry) => inRange(weekday, entry, (name) => WEEKDAYS.indexOf(name))) &&
    fits('days_of_month', (entry) => inRange(day, entry, (number) => fromEnd(Number(number)))) &&
    fits('months', (entry) => inRange(month, entry, monthNumber)) &&
    fits('years', (entry) => inRange(year, entry, Number))
  );
}

const monthNumber = (name: string): number => MONTHS.indexOf(name) + 1 || Number(name);

/** "22:30" as minutes since midnight. */
export function minutes(time: unknown): number {
  const [hour, minute] = String(time).split(':').map(Number);
  return Number(hour) * 60 + Number(minute);
}

/** An entry is one value, "friday", or a range with both its ends, "monday:friday". */
function inRange(value: number, entry: unknown, read: (end: string) => number): boolean {
  const [from = '', to = from] = String(entry).toLowerCase().split(':');
  return read(from.trim()) <= value && value <= read(to.trim());
}

/** @param location a place such as Europe/Berlin; UTC without one. "Local" is that of Alertmanager's container, UTC too. */
function momentAt(at: Date, location: unknown): Moment {
  const timeZone = typeof location === 'string' && location !== 'Local' ? location : 'UTC';
  const parts = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((it) => it.type === type)?.value);
  const [year, month, day] = [part('year'), part('month'), part('day')];
  return {
    ...{ year, month, day },
    daysInMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    minute: part('hour') * 60 + part('minute'),
  };
}
