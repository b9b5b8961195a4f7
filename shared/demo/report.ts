import { describeImage, type Image } from '../images/index.ts';
import { localized } from '../language.ts';
import type { AlertTiming, Bounds } from '../stack/index.ts';
import type { TimelineEvent } from './timeline.ts';

/** A measured time beside the bounds computed for it. All in seconds. */
export interface Measurement extends Bounds {
  measured: number;
  inside: boolean;
}

/** How an alert travelled. */
export interface AlertRun {
  /** True when the firing and the resolved message both arrived inside their bounds. */
  ok: boolean;
  thresholdToMessage: Measurement;
  loadEndToResolved: Measurement;
  timing: AlertTiming;
  timeline: TimelineEvent[];
  load: { requests: number; errors: number; non2xx: number };
}

/** The demo's result; `--json` prints it as it is. */
export interface DemoReport extends AlertRun {
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

/** How the alert travelled, beside what was computed. */
export function describeRun(report: AlertRun): string {
  return [
    '',
    report.ok
      ? localized('The alert arrived and resolved as computed.', '告警的送達和解除都和計算的一樣。')
      : localized('The alert did not travel as computed.', '告警的過程和計算的不一樣。'),
    '',
    localized('  threshold crossed → message    ', '  超過門檻 → 訊息    ') +
      describe(report.thresholdToMessage),
    localized('  load stopped → resolved        ', '  負載停止 → 解除    ') +
      describe(report.loadEndToResolved),
  ].join('\n');
}

/** The summary a person reads at the end. */
export function describeReport(report: DemoReport): string {
  const lines = [
    describeRun(report),
    '',
    localized('Images', '映像檔'),
    ...report.images.map((image) => `  ${describeImage(image)}`),
  ];
  return [...lines, ...(report.stackIsUp ? whereToLook(report) : [])].join('\n');
}

function describe({ measured, least, most, inside }: Measurement): string {
  const [from, to] = [least.toFixed(1), most.toFixed(1)];
  const bounds = localized(
    `computed: ${least > 0 ? `at least ${from} s, ` : ''}less than ${to} s   ${inside ? 'inside' : 'OUTSIDE'}`,
    `計算值：${least > 0 ? `至少 ${from} 秒，` : ''}不到 ${to} 秒   ${inside ? '符合' : '不符合'}`,
  );
  return `${measured.toFixed(1).padStart(5)} s   ${bounds}`;
}

function whereToLook({ urls, leftOut, grafanaPasswordFile }: DemoReport): string[] {
  const note = (service: string) =>
    service === 'grafana'
      ? localized(
          `   user admin, password in ${grafanaPasswordFile}`,
          `   使用者 admin，密碼在 ${grafanaPasswordFile}`,
        )
      : '';
  return [
    '',
    localized('Where to look', '到哪裡看'),
    ...Object.entries(urls).map(([name, url]) => `  ${name.padEnd(13)} ${url}${note(name)}`),
    ...Object.entries(leftOut).map(
      ([name, why]) => `  ${name.padEnd(13)} ${localized('left out', '略過')}: ${why}`,
    ),
    '',
    localized('To stop and remove everything:  npm run down', '停止並移除全部：  npm run down'),
  ];
}
