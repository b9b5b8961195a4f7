import { adviceFor, ENGINE_PROBLEMS } from '../../../engine/index.ts';
import { about } from '../finding.ts';
import { finishedStack } from '../finished-stack.ts';
import { type Check, infoOf, LIMIT_MS, NO_ENGINE } from '../machine.ts';
import { gigabytes, isAtLeast } from '../versions.ts';

/** The oldest that knows `!override`, with which tests move ports; `include` came before it. */
const OLDEST_COMPOSE = '2.24.4';
const MAX_SKEW_S = 2;

export const engine: Check = async (machine) => {
  const { ok, problem } = about('engine.running', 'Docker engine');
  const found = await machine.engine;
  switch (found.kind) {
    case 'ready':
      return [ok(`${found.info.ServerVersion} on ${found.info.OperatingSystem}`)];
    case 'no-answer':
      return [
        problem(`Docker does not answer within ${LIMIT_MS / 1_000} s`, await adviceFor(found.kind)),
      ];
    case 'strange':
      return [problem(`"docker info" answers something unexpected: ${found.words}`, 'docker info')];
    default:
      return [problem(ENGINE_PROBLEMS[found.kind], await adviceFor(found.kind))];
  }
};

export const compose: Check = async ({ ask, engine }) => {
  const { ok, problem, unknown } = about('engine.compose', 'Compose plugin');
  const { outcome, stdout: version } = await ask('docker', 'compose', 'version', '--short');
  if (outcome === 'missing') return [unknown('needs Docker')];
  if (outcome === 'late') {
    const { kind } = await engine;
    return [unknown(kind === 'no-answer' ? NO_ENGINE : 'it does not answer in time')];
  }
  if (outcome === 'failed')
    return [problem(ENGINE_PROBLEMS['no-compose'], await adviceFor('no-compose'))];
  if (isAtLeast(version, OLDEST_COMPOSE)) return [ok(version)];
  const seen = `${version}, and the workshop needs ${OLDEST_COMPOSE} or newer`;
  return [problem(seen, await adviceFor('old-compose'))];
};

export const memory: Check = async (machine) => {
  const { ok, problem, unknown } = about('engine.memory', 'Memory for containers');
  const info = await infoOf(machine);
  if (!info) return [unknown(NO_ENGINE)];
  const needed = finishedStack(machine.root).memory;
  const seen = `${gigabytes(info.MemTotal)}, ${info.NCPU} CPUs`;
  if (info.MemTotal >= needed) return [ok(seen)];
  return [
    problem(`${seen}; the stack may use ${gigabytes(needed)}`, await adviceFor('little-memory')),
  ];
};

/** Alerts and graphs go by the time; an engine's virtual machine may fall behind while a laptop sleeps. */
export const clock: Check = async (machine) => {
  const { ok, problem, unknown } = about('engine.clock', "The engine's clock");
  const found = await machine.engine;
  if (found.kind !== 'ready') return [unknown(NO_ENGINE)];
  const time = Date.parse(found.info.SystemTime);
  if (Number.isNaN(time)) return [unknown('the engine does not say its time')];
  // It was read at some moment between the question and the answer, so only what lies outside is a difference.
  const skew = (time - Math.min(Math.max(time, found.asked), found.answered)) / 1_000;
  const seen = `${Math.abs(skew).toFixed(1)} s ${skew < 0 ? 'behind' : 'ahead of'} this machine's`;
  if (Math.abs(skew) <= MAX_SKEW_S) return [ok(skew === 0 ? "agrees with this machine's" : seen)];
  return [problem(seen, await adviceFor('clock-skew'))];
};
