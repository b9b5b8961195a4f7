import { type Play, playRules } from '../../verify/expect/play/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import type { Moment } from '../07-slo/moments.ts';

/** A file system of 100 GB, of which so many bytes are free. */
const disk = (free: string, fstype = 'ext4', mountpoint = '/data'): Record<string, string> => {
  const labels = `{job="node", instance="node-exporter:9100", device="/dev/sda1", fstype="${fstype}", mountpoint="${mountpoint}"}`;
  return {
    [`node_filesystem_avail_bytes${labels}`]: free,
    [`node_filesystem_free_bytes${labels}`]: free,
    [`node_filesystem_size_bytes${labels}`]: '1e11x200',
    [`node_filesystem_readonly${labels}`]: '0x200',
  };
};

/** A Pushgateway to which something is pushed every minute, and when the report succeeded last. */
const pushed = (success: string): Record<string, string> => ({
  'up{job="pushgateway", instance="pushgateway:9091"}': '1x2000',
  'push_time_seconds{job="report"}': '0+60x2000',
  'report_duration_seconds{job="report"}': '3x2000',
  'report_last_success_timestamp_seconds{job="report"}': success,
});

const page = (success: string): Record<string, string> => ({
  'up{job="web", instance="app@172.30.0.3"}': '1x10',
  'up{job="probe", instance="app@172.30.0.3"}': '1x10',
  'probe_success{job="probe", instance="app@172.30.0.3"}': success,
});

const hours = (count: number): number => 60 * count;
const alert = (name: string, ...minutes: number[]) =>
  minutes.map((minute) => [name, minute] as [string, number]);

/** Hours that are made up. 0.1 GB a minute are 24 GB in four hours. */
const PLAYS = {
  broken: { series: page('1 0x9'), alerts: alert('ProbeFailed', 5) },
  works: { series: page('1x10'), alerts: alert('ProbeFailed', 5) },
  filling: { series: disk('27e9-1e8x120'), alerts: alert('DiskFillsUp', 60) },
  otherDisk: { series: disk('27e9-1e8x120', 'btrfs'), alerts: alert('DiskFillsUp', 60) },
  suddenly: {
    every: 4,
    series: disk('60e9x300 60e9-4e8x60'),
    alerts: alert('DiskFillsUp', hours(6)),
  },
  slowly: { series: disk('36e9-1e8x120'), alerts: alert('DiskFillsUp', 60) },
  memory: { series: disk('27e9-1e8x120', 'tmpfs', '/run'), alerts: alert('DiskFillsUp', 60) },
  ramfs: { series: disk('27e9-1e8x120', 'ramfs', '/run/keys'), alerts: alert('DiskFillsUp', 60) },
  cleared: { series: disk('2e9+1e8x120'), alerts: alert('DiskFillsUp', 60) },
  file: { series: disk('50e9x4 48e9x20'), alerts: alert('DiskFillsUp', 12) },
  failing: {
    every: 4,
    series: pushed('0x2000'),
    alerts: alert('ReportOverdue', hours(25), hours(27)),
  },
  recovered: {
    every: 4,
    series: pushed('0x1630 97800x300'),
    alerts: alert('ReportOverdue', hours(28)),
  },
  never: {
    every: 4,
    series: { 'up{job="pushgateway", instance="pushgateway:9091"}': '1x2000' },
    alerts: alert('ReportOverdue', hours(28)),
  },
} satisfies Record<string, Play>;

/** All hours, played once in a judgement. */
export const playedHours = (step: StepUnderTest) =>
  step.once('played hours', () => playRules<keyof typeof PLAYS>(step, PLAYS));

export interface Alert {
  id: string;
  name: string;
  severity: string;
  title: string;
  /** What its texts must name. */
  names: string;
  task?: number;
  moments: Moment<keyof typeof PLAYS>[];
}

const FULL =
  'predict_linear(…[1h], 4 * 3600) draws a line through the last hour and says where it is four hours later, in bytes. Below 0 the disk is full by then.';
const MEMORY =
  'A tmpfs is memory, empty again after a restart, and some fill up by design. Leave it out by its label: fstype!~"tmpfs|ramfs".';
const OVERDUE =
  'What was pushed stays until the next push, whatever happens. So ask how old the last success is: time() - report_last_success_timestamp_seconds, against 26 hours in seconds.';

export const ALERTS: Alert[] = [
  {
    ...{ id: 'probe', name: 'ProbeFailed', severity: 'page', names: 'app@172.30.0.3' },
    title: 'ProbeFailed fires when a page does not work, though its instance is up',
    moments: [
      {
        ...{ hours: 'broken', at: 0, fires: true },
        what: 'four minutes after the page began to fail, while the instance is up',
        hint: 'up is 1 when Prometheus gets an answer to a scrape. Whether the probe succeeded says probe_success.',
      },
      {
        ...{ hours: 'works', at: 0, fires: false },
        what: 'while the page works',
        hint: 'probe_success is 1 when the probe succeeded, and 0 when it did not.',
      },
    ],
  },
  {
    ...{ id: 'disk', name: 'DiskFillsUp', severity: 'page', names: '/data', task: 6 },
    title: 'DiskFillsUp fires four hours before a disk is full, and only for disks',
    moments: [
      {
        ...{ hours: 'filling', at: 0, fires: true },
        what: 'three and a half hours before the disk is full, after an hour of the same',
        hint: FULL,
      },
      {
        ...{ hours: 'otherDisk', at: 0, fires: true },
        what: 'while a disk fills up whose file system is btrfs',
        hint: 'A list of the disks that you know is silent about all others, for ever. Leave out what is no disk: fstype!~"tmpfs|ramfs".',
      },
      {
        ...{ hours: 'suddenly', at: 0, fires: true },
        what: 'an hour and a half before the disk is full, an hour after it began to fill up',
        hint: `${FULL} A line through more than that still remembers the quiet hours.`,
      },
      {
        ...{ hours: 'slowly', at: 0, fires: false },
        what: 'five hours before the disk is full',
        hint: FULL,
      },
      {
        ...{ hours: 'memory', at: 0, fires: false },
        what: 'while a tmpfs fills up',
        hint: MEMORY,
      },
      {
        ...{ hours: 'ramfs', at: 0, fires: false },
        what: 'while a ramfs fills up',
        hint: MEMORY,
      },
      {
        ...{ hours: 'cleared', at: 0, fires: false },
        what: 'while an almost full disk is cleared',
        hint: 'It is about where the line leads, not about how much is free now.',
      },
      {
        ...{ hours: 'file', at: 0, fires: false },
        what: 'seven minutes after one file of 2 GB, when there is little history',
        hint: 'A line through a few minutes is steep after one large file. `for: 10m` waits until there is more to draw it through.',
      },
    ],
  },
  {
    ...{ id: 'report', name: 'ReportOverdue', severity: 'ticket', names: 'report', task: 6 },
    title: 'ReportOverdue fires when the last success is too long ago, and only then',
    moments: [
      {
        ...{ hours: 'failing', at: 1, fires: true },
        what: '27 hours after the last success, though failed runs have pushed since',
        hint: OVERDUE,
      },
      {
        ...{ hours: 'failing', at: 0, fires: false },
        what: '25 hours after the last success',
        hint: 'A job that runs once a day is 24 hours old before each run, and takes its time. Give it two hours of patience: time() counts seconds, so compare with 26 * 3600.',
      },
      {
        ...{ hours: 'recovered', at: 0, fires: false },
        what: 'an hour after a success that came late',
        hint: '`for:` counts how long the comparison holds, whichever success it is about, and goes on counting over the next one. Let the comparison itself say 26 hours.',
      },
      {
        ...{ hours: 'never', at: 0, fires: false },
        what: 'where nothing was ever pushed',
        hint: 'absent() says that there is no such series: on the day on which everything is new, and after that never, because the Pushgateway forgets nothing. It does not say that a job failed.',
      },
    ],
  },
];
