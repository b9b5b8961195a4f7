import { type AlertRun, describeRun } from '../demo/index.ts';
import { describeImage, type Image } from '../images/index.ts';
import { localized } from '../language.ts';
import { type Task, tasksByNode } from './tasks.ts';

/** What became of the system when a machine was lost; `--json` prints it as it is. */
export interface SwarmReport extends AlertRun {
  /** How often the alert was told, and the titles of everything else that was. */
  messages: { firing: number; resolved: number; others: string[] };
  /** The machine that was lost. */
  lost: string;
  before: Task[];
  after: Task[];
  images: Image[];
  /** Service → why it was left out. */
  leftOut: Record<string, string>;
  /** Part of the run → how long it took. */
  seconds: Record<string, number>;
}

/** Which task runs where, a line for each machine. */
export function describeTasks(tasks: Task[]): string {
  const lines = [...tasksByNode(tasks)].map(([node, names]) => `  ${node}   ${names.join(', ')}`);
  return [localized('\nWhat runs where', '\n什麼在哪裡執行'), ...lines].join('\n');
}

/** The summary a person reads at the end. */
export function describeSwarm(report: SwarmReport): string {
  const { firing, resolved, others } = report.messages;
  const said = others.length > 0 ? `, ${others.join(', ')}` : '';
  return [
    describeRun(report),
    localized(
      `  told although ${report.lost} was lost   ${firing} × FIRING, ${resolved} × RESOLVED${said}`,
      `  失去 ${report.lost} 之後的通知   ${firing} × FIRING、${resolved} × RESOLVED${said}`,
    ),
    '',
    localized('Images', '映像檔'),
    ...report.images.map((image) => `  ${describeImage(image)}`),
    '',
    localized('Seconds', '秒數'),
    ...Object.entries(report.seconds).map(
      ([part, seconds]) => `  ${seconds.toFixed(1).padStart(6)}  ${part}`,
    ),
  ].join('\n');
}
