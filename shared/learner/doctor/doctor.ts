import { lineEndings, writable } from './checks/clone.ts';
import { disk } from './checks/disk.ts';
import { clock, compose, engine, memory } from './checks/engine.ts';
import { images } from './checks/images.ts';
import { nodeVersion, packages } from './checks/node.ts';
import { ports } from './checks/ports.ts';
import { dockerProxy, shellProxy } from './checks/proxy.ts';
import { type Check, machineOf } from './machine.ts';
import { type Report, reportOf } from './report.ts';

/** In the order of the report; all run side by side. */
const CHECKS: Check[] = [
  nodeVersion,
  packages,
  writable,
  lineEndings,
  engine,
  compose,
  memory,
  disk,
  clock,
  images,
  ports,
  shellProxy,
  dockerProxy,
];

/** Looks whether this machine can run the workshop. Changes nothing, starts nothing, installs nothing. */
export async function doctor(root: string): Promise<Report> {
  const machine = machineOf(root);
  const findings = await Promise.all(CHECKS.map((check) => check(machine)));
  return reportOf(findings.flat());
}
