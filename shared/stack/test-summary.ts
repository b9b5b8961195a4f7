import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { describeImage, type Image } from '../images/index.ts';
import { endedSupport } from '../images/support.ts';
import { grafanaSummary } from './grafana-summary.ts';
import { proofMatrix } from './proof-matrix.ts';
import { IMAGES_VARIABLE } from './test-setup.ts';

/** Closes a test run: against which servers, what was skipped and why, what the proof showed, and one plain line. */
export default class TestSummary implements Reporter {
  readonly #start = performance.now();

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    const skipped = new Map<string, string[]>();
    for (const module of modules) {
      if (module.state() === 'failed' && module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const result = test.result();
        count[result.state] += 1;
        if (result.state !== 'skipped') continue;
        const reason = result.note ?? 'it is marked so';
        skipped.set(reason, [...(skipped.get(reason) ?? []), test.fullName]);
      }
    }
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const again = tests.filter((test) => test.ok() && (test.diagnostic()?.retryCount ?? 0) > 0);
    const matrix = proofMatrix(tests);
    const grafana = grafanaSummary(tests);
    const images = JSON.parse(process.env[IMAGES_VARIABLE] ?? '[]') as Image[];
    const ended = endedSupport();
    const lines = [
      ...(images.length
        ? ['', 'Images', ...images.map((image) => `  ${describeImage(image)}`)]
        : []),
      ...[...skipped].flatMap(([reason, names]) => [
        '',
        `Skipped, because ${reason}`,
        ...names.map((name) => `  ${name}`),
      ]),
      ...(again.length
        ? ['', 'Passed only when tried again', ...again.flatMap(describeAgain)]
        : []),
      ...(matrix.length ? ['', ...matrix] : []),
      ...(grafana.length ? ['', ...grafana] : []),
      ...['', ...describeParts(modules, (performance.now() - this.#start) / 1_000)],
      ...(ended.length ? ['', ...ended] : []),
      '',
      `${count.passed} passed, ${count.failed + count.pending} failed, ${count.skipped} skipped`,
    ];
    console.log(lines.join('\n'));
  }
}

/** A test that passed at last, and what it said before: in this many lines at most, because a comparison may be long. */
const MOST = 12;

function describeAgain(test: TestCase): string[] {
  const said = (test.result().errors ?? []).flatMap(({ message, diff = '' }) =>
    `${message}\n${diff}`.trim().split('\n').slice(0, MOST),
  );
  return [`  ${test.fullName}`, ...said.map((line) => `      ${line}`)];
}

/** How long each part took, the longest first. Parts run side by side, so together they take longer than the whole. */
function describeParts(modules: readonly TestModule[], total: number): string[] {
  const parts = new Map<string, number>();
  for (const module of modules) {
    const [, room = ''] = module.relativeModuleId.match(/^(?:shared\/)?([^/]+)\//) ?? [];
    const name = `${module.project.name}: ${room}`;
    const { collectDuration, duration } = module.diagnostic();
    parts.set(name, (parts.get(name) ?? 0) + (collectDuration + duration) / 1_000);
  }
  const longestFirst = [...parts].sort(([, one], [, other]) => other - one);
  const line = (name: string, seconds: number) =>
    `  ${name.padEnd(22)} ${seconds.toFixed(0).padStart(5)} s`;
  return [
    'Parts',
    ...longestFirst.map(([name, s]) => line(name, s)),
    line('all, side by side', total),
  ];
}
