// Loaded before a verdict: writes how many seconds the process had nothing to do but wait into the file WAITS names.
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';

/** Healthy containers are waited for too, but that is their start. */
const STARTING = /healthy$/;

const waits: [from: number, to: number][] = [];
subscribe('workshop:wait', (message) => {
  const { what, from, to } = message as { what: string; from: number; to: number };
  if (!STARTING.test(what)) waits.push([from, to]);
});

process.on('exit', () => {
  // Checks may wait side by side.
  let [waited, until] = [0, 0];
  for (const [from, to] of waits.sort(([a], [b]) => a - b)) {
    waited += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  writeFileSync(process.env.WAITS ?? '', JSON.stringify(waited / 1_000));
});
