import { parseDocument } from 'yaml';
import type { ReplacedFile } from '../../stack/index.ts';
import { isActive, minutes, settingsAt } from '../../verify/expect/play/index.ts';
import {
  asList,
  expectThat,
  isRecord,
  readSettings,
  type StepUnderTest,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { settings } from './settings.ts';

/** At night in Taipei, on a Monday. */
export const NIGHT = '2026-11-30T03:00:00+08:00';

/** Where time intervals stand, today and before. */
const KEYS = ['time_intervals', 'mute_time_intervals'];

/** Alertmanager's settings with the time intervals of a noon in Taipei. Every other word stays as the learner wrote it. */
export function atNoon(step: StepUnderTest): ReplacedFile[] {
  const { containerPath: target, file } = readSettings(step, 'alertmanager');
  const document = parseDocument(step.files.text(file.path), { merge: true });
  const changed = settingsAt(file.value, new Date(NOON));
  for (const key of KEYS)
    for (const [index, interval] of asList(changed[key]).entries())
      if (isRecord(interval))
        document.setIn([key, index, 'time_intervals'], interval.time_intervals);
  const content = document.toString({ lineWidth: 0 });
  return [{ service: 'alertmanager', target, content, mode: 0o644 }];
}

export const NOON = '2026-11-30T12:00:00+08:00';

/** Moments in Taipei, and whether it is night then. */
const MOMENTS: [moment: string, isNight: boolean][] = [
  ['2026-11-30T12:00', false],
  ['2026-11-30T03:00', true],
  ['2026-11-30T22:01', true],
  ['2026-11-30T21:59', false],
  ['2026-12-01T07:59', true],
  ['2026-12-01T08:01', false],
  ['2026-11-28T12:00', false],
  ['2026-11-29T03:00', true],
  ['2026-07-31T23:30', true],
  ['2026-11-30T23:59', true],
  ['2026-12-01T00:00', true],
];

/** The hours in which tickets wait. */
export const night: Check[] = defineTopic({ kind: 'static', task: 4 }, [
  {
    id: 'night.hours',
    title: 'A time interval holds from 22:00 to 08:00 in Taipei, and at no other time',
    needs: ['alertmanager.file'],
    run: expectNight,
  },
]);

/** @throws CheckFailure when the last of the intervals is not the night, nor all that is not night */
function expectNight(step: StepUnderTest): void {
  const file = settings(step);
  const key = file.get(['mute_time_intervals']) ? 'mute_time_intervals' : 'time_intervals';
  const intervals = asList(file.get([key])).filter(isRecord);
  expectThat(intervals.length > 0, {
    expected: 'time_intervals: with a list of named intervals',
    actual: `${key}: ${file.source([key]) ?? 'not there'}`,
    where: file.where([key]),
    hint: 'A time interval has a name, which routes use, and below it a list of what belongs to it, again called time_intervals.',
  });
  const findings = intervals.map((interval, index) => {
    const place = [key, index, 'time_intervals'];
    for (const [entry, { times }] of asList(interval.time_intervals).filter(isRecord).entries())
      for (const [part, time] of asList(times).filter(isRecord).entries())
        expectThat(minutes(time.start_time) < minutes(time.end_time), {
          expected: 'two entries: one until 24:00, one from 00:00',
          actual: `from ${time.start_time} to ${time.end_time}`,
          where: file.where([...place, entry, 'times', part]),
          hint: 'A range of times lies within one day, and Alertmanager starts with no other. A night belongs to two days.',
        });
    return { index, place, wrong: wrongMoment(interval.time_intervals) };
  });
  const { wrong, place } = findings.find((it) => !it.wrong) ?? findings.at(-1) ?? {};
  expectThat(!wrong, {
    expected: `an interval that ${wrong?.isNight ? 'holds' : 'does not hold'} at ${wrong?.text} in Taipei`,
    actual: wrong?.actual ?? '',
    where: file.where(place ?? []),
    hint: 'The hours are UTC, 8 hours behind Taipei, unless location: says Asia/Taipei. A night belongs to two days: one range ends at 24:00, another begins at 00:00.',
  });
}

/** The first moment at which entries are not what they must be. Those that hold by day alone do as well. */
function wrongMoment(entries: unknown) {
  const places = asList(entries).filter(isRecord);
  const how = `location: ${places.map(({ location }) => location ?? 'none').join(' and ')}`;
  const holds = (text: string) => {
    try {
      return isActive(entries, new Date(`${text}+08:00`));
    } catch {
      return undefined;
    }
  };
  if (MOMENTS.every(([text, isNight]) => holds(text) === !isNight)) return undefined;
  const wrong = MOMENTS.find(([text, isNight]) => holds(text) !== isNight);
  if (!wrong) return undefined;
  const [text, isNight] = wrong;
  const said = isNight ? 'it does not hold then' : 'it holds then';
  const actual =
    holds(text) === undefined ? `${how}, which is no time zone` : `${said}, with ${how}`;
  return { text: text.replace('T', ' '), isNight, actual };
}
