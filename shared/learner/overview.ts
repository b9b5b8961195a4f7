import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STEPS, StepFiles, stepNumber } from '../verify/index.ts';
import { type Progress, readProgress } from './progress/index.ts';
import { tasksOf } from './tasks.ts';

/** Where a learner is with one step. */
export interface StepState {
  number: number;
  id: string;
  /** From the lesson's heading. */
  title: string;
  /** As the lesson says. */
  minutes: number | undefined;
  state: 'solved' | 'taken over' | 'not solved yet' | 'begun' | 'not begun';
  /** What else there is to say: when it was judged, what is to be fixed. */
  remark: string;
  /** What to do next in this step; undefined when it is done. */
  next: string | undefined;
}

/** Where the learner is. The first step with a `next` is the one to work on. */
export async function overview(root: string, say: (words: string) => void): Promise<StepState[]> {
  const states = STEPS.map(async (id) => {
    const number = stepNumber(id);
    const lesson = readLesson(root, id);
    const tasks = await tasksOf(root, id);
    const open = tasks.filter(({ todo }) => todo !== undefined).length;
    const known = readProgress(root, id, say);
    const verify = `npm run verify:step-${number}`;
    const isThere = existsSync(join(root, 'steps', id));
    const next = !isThere ? `npm run reset ${number}` : open < tasks.length ? verify : lesson.open;
    return {
      ...{ number, id, title: lesson.title, minutes: lesson.minutes },
      ...(describe(
        known,
        isThere ? new StepFiles(join(root, 'steps', id)).contentHash() : '',
        verify,
      ) ?? {
        state: open < tasks.length ? ('begun' as const) : ('not begun' as const),
        remark: isThere
          ? `${tasks.length - open} of ${tasks.length} tasks`
          : 'its folder is missing',
        next,
      }),
    };
  });
  return Promise.all(states);
}

/** What the last verdict says; undefined when there is none. */
function describe({ verdict, takenOver }: Progress, hash: string, verify: string) {
  if (takenOver) {
    const remark = `the solution, since ${inLocalTime(takenOver)}`;
    return { state: 'taken over' as const, remark, next: undefined };
  }
  if (!verdict) return undefined;
  const changed = verdict.contentHash === hash ? '' : ', changed since';
  const when = `judged ${inLocalTime(verdict.judgedAt)}, content ${verdict.contentHash}${changed}`;
  if (verdict.solved) return { state: 'solved' as const, remark: when, next: undefined };
  const { title, where } = verdict.fix ?? {};
  const remark = `${when}\n${title ? `to fix: ${title} (${where})` : ''}`.trim();
  return { state: 'not solved yet' as const, remark, next: verify };
}

const MARKS = {
  solved: '✓',
  'taken over': '»',
  'not solved yet': '✗',
  begun: '·',
  'not begun': '·',
};

/** The steps as a list, and the one next command. */
export function describeOverview(states: StepState[]): string {
  const width = Math.max(...states.map(({ title }) => title.length));
  const digits = Math.max(...states.map(({ number }) => `${number}`.length));
  const lines = states.map(({ number, title, minutes, state, remark }) => {
    const head = `  ${MARKS[state]} ${`${number}`.padStart(digits)}  ${title.padEnd(width)}  ${`${minutes ?? '?'}`.padStart(3)} min  ${state}`;
    return [head, ...remark.split('\n').map((line) => `       ${line}`)].join('\n');
  });
  const next = nextOf(states);
  return ['Your way through the workshop', '', ...lines, '', `next: ${next}`].join('\n');
}

export const nextOf = (states: StepState[]): string =>
  states.find(({ next }) => next !== undefined)?.next ?? 'npm run demo';

/** The number of the step to work on; the last one when all is done. */
export const currentStep = (states: StepState[]): number =>
  (states.find(({ next }) => next !== undefined) ?? states.at(-1))?.number ?? 1;

function readLesson(root: string, id: string) {
  const path = join(root, 'solutions', id, 'README.md');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const [, title = id] = text.match(/^# \d+ · (.*?)\s*$/m) ?? [];
  const minutes = text.match(/Minutes\D{0,20}(\d+)/)?.[1];
  return {
    title,
    minutes: minutes ? Number(minutes) : undefined,
    open: `open steps/${id}/README.md`,
  };
}

const inLocalTime = (iso: string): string =>
  new Date(iso).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
