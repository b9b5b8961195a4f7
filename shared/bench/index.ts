import type { Part } from './figures.ts';
import { alert } from './parts/alert.ts';
import { board } from './parts/board.ts';
import { classroom } from './parts/class.ts';
import { demo } from './parts/demo.ts';
import { failover } from './parts/failover.ts';
import { footprint } from './parts/footprint.ts';
import { overhead } from './parts/overhead.ts';
import { pages } from './parts/pages.ts';
import { save } from './parts/save.ts';
import { targets } from './parts/targets.ts';
import { verdict } from './parts/verdict.ts';

export { readFigures, renderFigures, writeFigures } from './page.ts';
export { runParts } from './run.ts';
export { complete, describePart } from './table.ts';

/** In the order of the page. */
export const PARTS: Record<string, Part> = {
  ...{ alert, failover, overhead, verdict, save },
  ...{ class: classroom, board, demo, footprint, targets, pages },
};
