import { announce, ensureEngine } from '../engine/index.ts';
import { takeDown } from '../stack/index.ts';
import { removing } from './demo.ts';
import { PROJECT_NAME, ROOT } from './place.ts';

export { demo, sayLeftOut } from './demo.ts';
export { fireAndResolve } from './fire-and-resolve.ts';
export type { Watched } from './messages.ts';
export { ALERT_NAME } from './observe-alert.ts';
export { takePictures } from './pictures.ts';
export { PROJECT_NAME } from './place.ts';
export { type AlertRun, describeReport, describeRun } from './report.ts';
export type { Timeline } from './timeline.ts';

/** Stops the demo's stack and removes its containers, networks and volumes. Nothing happens when there is none. */
export async function down(): Promise<void> {
  await ensureEngine();
  await announce(removing(), () => takeDown({ directory: ROOT, name: PROJECT_NAME }));
}
