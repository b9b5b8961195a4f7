import { announce, ensureEngine } from '../engine/index.ts';
import { takeDown } from '../stack/index.ts';
import { removing } from './demo.ts';
import { PROJECT_NAME, ROOT } from './place.ts';

export { type DemoOptions, demo, fireAndResolve } from './demo.ts';
export { takePictures } from './pictures.ts';
export { type DemoReport, describeReport } from './report.ts';

/** Stops the demo's stack and removes its containers, networks and volumes. Nothing happens when there is none. */
export async function down(): Promise<void> {
  await ensureEngine();
  await announce(removing(), () => takeDown({ directory: ROOT, name: PROJECT_NAME }));
}
