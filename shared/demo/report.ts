import { describeImage, type Image } from '../images/index.ts';
import type { AlertTiming, Bounds } from '../stack/index.ts';
import type { TimelineEvent } from './timeline.ts';

/** A measured time beside the bounds computed for it. All in seconds. */
export interface Measurement extends Bounds {
  measured: number;
  inside: boolean;
}

/** The demo's result; `--json` prints it as it is. */
export interface DemoReport {
  /** True when the firing and the resolved message both arrived inside their bounds. */
  ok: boolean;
  thresholdToMessage: Measurement;
  loadEndToResolved: Measurement;
  timing: AlertTiming;
  timeline: TimelineEvent[];
  load: { requests: number; errors: number; non2xx: number };
  images: Image[];
  /** Service → where to open it. */
  urls: Record<string, string>;
  /** Service → why it was left out. */
  leftOut: Record<string, string>;
  grafanaPasswordFile: string;
  stackIsUp: boolean;
}

export function measure(measured: number, bounds: Bounds): Measurement {
  return { measured, ...bounds, inside: bounds.least <= measured && measured < bounds.most };
}

/** The summary a person reads at the end. */
export function describeReport(report: DemoReport): string {
  const lines = [
    '',
    report.ok
      ? 'The alert arrived and resolved as computed.'
      : 'The alert did not travel as computed.',
    '',
    `  threshold crossed → message    ${describe(report.thresholdToMessage)}`,
    `  load stopped → resolved        ${describe(report.loadEndToResolved)}`,
    '',
    'Images',
    ...report.images.map((image) => `  ${describeImage(image)}`),
  ];
  return [...lines, ...(report.stackIsUp ? whereToLook(report) : [])].join('\n');
}

function describe({ measured, least, most, inside }: Measurement): string {
  const from = least > 0 ? `at least ${least.toFixed(1)} s, ` : '';
  const verdict = inside ? 'inside' : 'OUTSIDE';
  return `${measured.toFixed(1).padStart(5)} s   computed: ${from}less than ${most.toFixed(1)} s   ${verdict}`;
}

function whereToLook({ urls, leftOut, grafanaPasswordFile }: DemoReport): string[] {
  const note = (service: string) =>
    service === 'grafana' ? `   user admin, password in ${grafanaPasswordFile}` : '';
  return [
    '',
    'Where to look',
    ...Object.entries(urls).map(([name, url]) => `  ${name.padEnd(13)} ${url}${note(name)}`),
    ...Object.entries(leftOut).map(([name, why]) => `  ${name.padEnd(13)} left out: ${why}`),
    '',
    'To stop and remove everything:  npm run down',
  ];
}
