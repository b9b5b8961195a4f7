import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { columns, localized, localizedPage, padColumns } from '../language.ts';
import { openLesson, STEPS, StepFiles, stepNumber } from '../verify/index.ts';
import { type Progress, readProgress } from './progress/index.ts';
import { findTasks } from './tasks.ts';

/** Where a learner is with one step. */
interface StepState {
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
export async function overview(root: string, say: (message: string) => void): Promise<StepState[]> {
  const states = STEPS.map(async (id) => {
    const number = stepNumber(id);
    const lesson = readLesson(root, id);
    const tasks = await findTasks(root, id);
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
          ? localized(
              `${tasks.length - open} of ${tasks.length} tasks`,
              `完成 ${tasks.length - open}／${tasks.length} 個任務`,
            )
          : localized('its folder is missing', '資料夾不見了'),
        next,
      }),
    };
  });
  return Promise.all(states);
}

/** What the last verdict says; undefined when there is none. */
function describe({ verdict, takenOver }: Progress, hash: string, verify: string) {
  if (takenOver) {
    const since = inLocalTime(takenOver);
    const remark = localized(`the solution, since ${since}`, `從 ${since} 起是解答`);
    return { state: 'taken over' as const, remark, next: undefined };
  }
  if (!verdict) return undefined;
  const { contentHash } = verdict;
  const changed = contentHash === hash ? '' : localized(', changed since', '，之後又改過');
  const judgedAt = inLocalTime(verdict.judgedAt);
  const when = localized(
    `judged ${judgedAt}, content ${contentHash}${changed}`,
    `${judgedAt} 驗證，內容 ${contentHash}${changed}`,
  );
  if (verdict.solved) return { state: 'solved' as const, remark: when, next: undefined };
  const { title, where } = verdict.fix ?? {};
  const fix = localized('to fix: ', '要修正：');
  const remark = `${when}\n${title ? `${fix}${title} (${where})` : ''}`.trim();
  return { state: 'not solved yet' as const, remark, next: verify };
}

const STATES: Record<StepState['state'], { mark: string; chinese: string }> = {
  solved: { mark: '✓', chinese: '已完成' },
  'taken over': { mark: '»', chinese: '已取用解答' },
  'not solved yet': { mark: '✗', chinese: '尚未完成' },
  begun: { mark: '·', chinese: '已開始' },
  'not begun': { mark: '·', chinese: '未開始' },
};

/** The steps as a list, and the one next command. */
export function describeOverview(states: StepState[]): string {
  const width = Math.max(...states.map(({ title }) => columns(title)));
  const digits = Math.max(...states.map(({ number }) => `${number}`.length));
  const lines = states.map(({ number, title, minutes, state, remark }) => {
    const { mark, chinese } = STATES[state];
    const head = `  ${mark} ${`${number}`.padStart(digits)}  ${padColumns(title, width)}  ${`${minutes ?? '?'}`.padStart(3)} ${localized(`min  ${state}`, `分鐘  ${chinese}`)}`;
    return [head, ...remark.split('\n').map((line) => `       ${line}`)].join('\n');
  });
  const next = states.find((step) => step.next !== undefined)?.next ?? 'npm run demo';
  return [
    localized('Your way through the workshop', '你在工作坊的進度'),
    '',
    ...lines,
    '',
    `next: ${next}`,
  ].join('\n');
}

/** The number of the step to work on; the last one when all is done. */
export const currentStep = (states: StepState[]): number =>
  (states.find(({ next }) => next !== undefined) ?? states.at(-1))?.number ?? 1;

function readLesson(root: string, id: string) {
  const path = join(root, 'solutions', id, 'README.md');
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const text = read(path);
  const [, title = id] = `${read(localizedPage(path))}\n${text}`.match(/^# \d+ · (.*?)\s*$/m) ?? [];
  const minutes = text.match(/Minutes\D{0,20}(\d+)/)?.[1];
  return { title, minutes: minutes ? Number(minutes) : undefined, open: openLesson(id) };
}

const inLocalTime = (iso: string): string =>
  new Date(iso).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
