import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from './engine/index.ts';

const ROOT = join(import.meta.dirname, '..');

/** Runs a command with the words after its name. @returns the exit code */
type Command = (words: string[]) => Promise<number>;

/**
 * Each command loads only its own room, so that a quick one is not kept waiting by a slow one.
 *
 * @param signal aborted by Ctrl-C; the command then cleans up and ends
 */
export const commandsOf = (signal: AbortSignal): Record<string, Command> => ({
  async demo(words) {
    const { demo, describeReport } = await import('./demo/index.ts');
    const options = { once: { type: 'boolean' }, json: { type: 'boolean' } } as const;
    const { once = false, json = false } = parseArgs({ args: words, options }).values;
    const print = json ? console.error : console.log;
    const report = await demo({ once, print, signal }).catch(orJson(json));
    console.log(json ? asJson(report) : describeReport(report));
    return report.ok ? 0 : 1;
  },

  async down() {
    const { down } = await import('./demo/index.ts');
    await down();
    console.log('Nothing of the stack is left: containers, networks and volumes are removed.');
    return 0;
  },

  async verify([number = '', ...words]) {
    const { describeEnd, describeResult, headline, verify, watch } = await import(
      './verify/index.ts'
    );
    const flag = { type: 'boolean' } as const;
    const options = {
      solution: flag,
      dir: { type: 'string' },
      json: flag,
      static: flag,
      keep: flag,
      watch: flag,
    } as const;
    const { json = false, watch: stay, ...rest } = parseArgs({ args: words, options }).values;
    const print = json ? () => {} : console.log;
    const task = {
      ...rest,
      number: Number(number),
      signal,
      onStart: (start: Parameters<typeof headline>[0]) => print(headline(start)),
      onResult: (result: Parameters<typeof describeResult>[0]) => print(describeResult(result)),
    };
    if (stay) {
      await watch(task, (verdict) => {
        console.log(json ? asJson(verdict) : describeEnd(verdict));
        print(
          `\n${new Date().toLocaleTimeString()}  judged ${verdict.contentHash}, waiting for the next save …\n`,
        );
      });
      return 0;
    }
    const verdict = await verify(task).catch(orJson(json));
    console.log(json ? asJson(verdict) : describeEnd(verdict));
    return verdict.solved ? 0 : 1;
  },

  reset: async ([number = '']) => {
    console.log(await (await import('./learner/index.ts')).reset(ROOT, Number(number)));
    return 0;
  },
  goto: async ([number = '']) => {
    console.log(await (await import('./learner/index.ts')).goTo(ROOT, Number(number)));
    return 0;
  },

  undo: async ([word]) => {
    const { listSnapshots, undo } = await import('./learner/index.ts');
    console.log(word === '--list' ? listSnapshots(ROOT) : await undo(ROOT, word));
    return 0;
  },

  async lessons([word = '']) {
    const { checkLessons, describeFinding, makeLessons } = await import('./lessons/index.ts');
    if (word === 'make') {
      const { written, removed } = await makeLessons(ROOT);
      console.log(`${written.length} files written, ${removed.length} removed`);
    }
    const findings = await checkLessons(ROOT);
    for (const finding of findings) console.log(describeFinding(finding));
    console.log(
      findings.length === 0 ? 'The lessons are in order.' : `${findings.length} findings`,
    );
    return findings.length === 0 ? 0 : 1;
  },

  async branches() {
    const { makeBranches } = await import('./lessons/index.ts');
    for (const { name, commit } of await makeBranches(ROOT)) console.log(`${name}  ${commit}`);
    return 0;
  },

  async pictures() {
    const { takePictures } = await import('./demo/index.ts');
    console.log(await takePictures(`http://127.0.0.1:${process.env.SLACK_INBOX_PORT ?? 8025}`));
    return 0;
  },
});

const asJson = (document: object): string => JSON.stringify(document, null, 2);
/** With --json a fault is a JSON document too. */
function orJson(json: boolean) {
  return (error: unknown): never => {
    if (json && error instanceof Fault) {
      console.log(asJson({ ok: false, error: error.message, next: error.next }));
    }
    throw error;
  };
}
