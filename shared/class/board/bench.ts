// npm run bench:board [learners] [minutes] [seconds until stuck]: a class on this machine, with the program that every learner's commands
// start. Exits with 1 when what the instructor's page promises does not hold.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { availableParallelism, loadavg } from 'node:os';
import { endBoard, startBoard } from './index.ts';
import { send } from './tell.ts';
import { freePorts } from './test-support/free-ports.ts';
import { percentile, simulate, stuckBounds } from './test-support/simulate.ts';

const [learners = 100, minutes = 10, stuckAfter = 600] = process.argv.slice(2).map(Number);
/** Nobody asks for a verdict more often, for ten minutes. Seconds. */
const PACE = 15;
const PROMISED = { seen: 5, memory: 300 };

const project = `class-board-bench-${randomBytes(3).toString('hex')}`;
Object.assign(process.env, await freePorts(), { BOARD_STUCK_SECONDS: `${stuckAfter}` });
try {
  const board = await startBoard({ project, signal: new AbortController().signal });
  // The one who is stuck reports once at the beginning, and is waited for until the bound is over.
  const seconds = Math.max(60 * minutes, PACE + stuckBounds(stuckAfter).most + 1);
  const figures = await simulate(board, { learners, seconds, pace: PACE, stuckAfter });
  const { reports, seen, shown, stuck, bounds, memory } = figures;
  const [half, p95, most] = [0.5, 0.95, 1].map((share) => percentile(seen, share).toFixed(1));
  console.log(`learners    ${learners}, for ${(seconds / 60).toFixed(1)} minutes
reports     ${reports}, of which ${seen.length} were seen
seen after  ${half} s (half of them), ${p95} s (95 %), ${most} s (all)
on board    ${percentile(shown, 0.95).toFixed(1)} s after it arrived (95 %); the rest is the start of a learner's program
stuck       message after ${stuck.toFixed(1)} s, bound ${bounds.least} to ${bounds.most} s
machine     ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}
memory      ${memory.toFixed(0)} MiB, ${Object.keys(board.urls).join(', ')}`);
  const bytes = await bytesOfOneReport();
  console.log(`bytes       ${bytes.length} a report, these:\n\n${bytes}\n`);
  const holds =
    reports === seen.length &&
    Number(p95) < PROMISED.seen &&
    memory < PROMISED.memory &&
    stuck >= bounds.least &&
    stuck < bounds.most;
  console.log(holds ? 'Everything holds.' : 'Not everything holds.');
  process.exitCode = holds ? 0 : 1;
} finally {
  await endBoard(project);
}

/** What a learner's machine sends, as the network sees it. */
async function bytesOfOneReport(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  send(
    { address, token: 'x'.repeat(32) },
    { step: 3, hints: 2, task: 4, passed: 12, checks: 17, solved: false },
  );
  const [socket] = await once(server, 'connection');
  const [bytes] = await once(socket, 'data');
  socket.destroy();
  server.close();
  return `${bytes}`;
}
