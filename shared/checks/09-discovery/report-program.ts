import { execa } from 'execa';
import { bundle, refuseBuild, serve } from '../../verify/expect/program/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';

export const MAIN = 'report/report.ts';

/** A program that does not end is killed after so many milliseconds. */
const LIMIT_MS = 30_000;

/** How a run of the report went, and what it pushed. */
export interface ReportRun {
  /** Undefined when a signal ended it. */
  exitCode: number | undefined;
  /** True when it did not end by itself. */
  killed: boolean;
  /** When it had ended, in seconds since 1970. */
  endedAt: number;
  output: string;
  pushes: { method: string; path: string; body: string }[];
}

/** A run with a Prometheus that answers, and one with a Prometheus that does not. @throws CheckFailure when it cannot be started */
export const reportRuns = (step: StepUnderTest): Promise<Record<'good' | 'bad', ReportRun>> =>
  step.shared(`report\n${step.files.text(MAIN)}`, async () => {
    const program = await bundle(step, MAIN).catch((error) =>
      refuseBuild(
        error,
        MAIN,
        'Nothing can be pushed before the program starts.',
        'a program that Node.js can read',
      ),
    );
    const [good, bad] = await Promise.all([run(program, 200), run(program, 500)]);
    return { good, bad };
  });

/** @param status that Prometheus answers with */
async function run(program: string, status: number): Promise<ReportRun> {
  const pushes: ReportRun['pushes'] = [];
  await using server = await serve(async (request, response) => {
    const { method = '', url: path = '' } = request;
    if (path.startsWith('/api/')) {
      response.statusCode = status;
      return void response.end('{"status":"success","data":{"result":[{"value":[0,"7"]}]}}');
    }
    const parts = await request.toArray();
    pushes.push({ method, path, body: Buffer.concat(parts).toString() });
    response.end();
  });
  const {
    exitCode,
    all,
    timedOut: killed,
  } = await execa(process.execPath, [program, server.url], {
    ...{ env: { NODE_OPTIONS: '', PUSHGATEWAY_URL: server.url }, timeout: LIMIT_MS },
    ...{ reject: false, all: true },
  });
  return { exitCode, killed, endedAt: Date.now() / 1_000, output: all, pushes };
}
