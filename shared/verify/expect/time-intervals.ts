import { asList, isRecord } from '../files/index.ts';

const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const MONTHS =
  ' january february march april may june july august september october november december'.split(
    ' ',
  );

/** A moment as the clocks and calendars of a place show it. */
function localTime(moment: Date, timeZone: string) {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone, year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', hourCycle: 'h23' },
  })
    .format(moment)
    .split(/\D+/)
    .map(Number);
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { year, month, day, weekday, daysInMonth, minutes: 60 * hour + minute };
}

/**
 * Whether a moment lies in one of the entries below a name in Alertmanager's `time_intervals:`, by the clock of each
 * entry's location. Amtool cannot be asked about another moment than now.
 *
 * @throws RangeError when a location is unknown
 */
export function isInside(entries: unknown, moment: Date): boolean {
  return asList(entries)
    .filter(isRecord)
    .some((entry) => {
      const local = localTime(moment, String(entry.location ?? 'UTC'));
      const isIn = (key: string, value: number, read: (text: string) => number = Number) =>
        entry[key] === undefined ||
        asList(entry[key]).some((range) => {
          const [first = '', last = first] = String(range).toLowerCase().split(':');
          return read(first) <= value && value <= read(last);
        });
      const isNamed = (names: string[]) => (text: string) =>
        names.includes(text) ? names.indexOf(text) : Number(text);
      const fromEnd = (text: string) =>
        Number(text) < 0 ? local.daysInMonth + 1 + Number(text) : Number(text);
      return (
        isIn('years', local.year) &&
        isIn('months', local.month, isNamed(MONTHS)) &&
        isIn('days_of_month', local.day, fromEnd) &&
        isIn('weekdays', local.weekday, isNamed(WEEKDAYS)) &&
        (entry.times === undefined ||
          asList(entry.times)
            .filter(isRecord)
            .some(
              ({ start_time, end_time }) =>
                minutesOf(start_time) <= local.minutes && local.minutes < minutesOf(end_time),
            ))
      );
    });
}

/** Settings of Alertmanager in which each time interval holds always or never, as it does at the moment. */
export function settingsAt(settings: unknown, moment: Date): Record<string, unknown> {
  const config = structuredClone(settings) as Record<string, unknown>;
  for (const key of ['time_intervals', 'mute_time_intervals'])
    for (const interval of asList(config[key]).filter(isRecord))
      interval.time_intervals = isInside(interval.time_intervals, moment) ? ALWAYS : NEVER;
  return config;
}

const ALWAYS = [{ years: ['1970:9999'] }];
const NEVER = [{ years: ['1970'] }];

/** "22:00" in minutes. YAML 1.1 reads 22:00 without quotes as this number itself. */
export function minutesOf(time: unknown): number {
  const [hours = Number.NaN, minutes = Number.NaN] = String(time).split(':').map(Number);
  return typeof time === 'number' ? time : 60 * hours + minutes;
}
