import { availableParallelism, loadavg } from 'node:os';

/** More programs than this share a core, and each has to wait for its turn. */
const PER_CORE = 4;

/** How many times as long as on a quiet machine a program may take to answer now. Windows knows no load: always 1. */
export const timesLonger = (): number =>
  Math.max(1, (loadavg()[0] ?? 0) / (PER_CORE * availableParallelism()));
