import { moreAbout, remedyHere } from '../../engine/index.ts';
import { SUBJECTS } from './catalogue.ts';
import { lineEndings, writable } from './checks/clone.ts';
import { clock, compose, disk, engine, memory } from './checks/engine.ts';
import { images, ready } from './checks/images.ts';
import { nodeVersion, packages } from './checks/node.ts';
import { ports } from './checks/ports.ts';
import { dockerProxy, shellProxy } from './checks/proxy.ts';
import type { Finding, PartSeen } from './finding.ts';
import { type Check, machineOf } from './machine.ts';
import { type Report, reportOf } from './report.ts';

const CHECKS: Record<keyof typeof SUBJECTS, Check> = {
  'node.version': nodeVersion,
  'node.packages': packages,
  'clone.writable': writable,
  'clone.line-endings': lineEndings,
  'engine.running': engine,
  'engine.compose': compose,
  'engine.memory': memory,
  'engine.disk': disk,
  'engine.clock': clock,
  'image.…': images,
  'class.ready': ready,
  'port.…': ports,
  'proxy.shell': shellProxy,
  'proxy.docker': dockerProxy,
};

/** Looks whether this machine can run the workshop. Changes nothing, starts nothing, installs nothing. */
export async function doctor(root: string): Promise<Report> {
  const machine = machineOf(root);
  const subjects = Object.entries(SUBJECTS) as [keyof typeof SUBJECTS, { title: string }][];
  const findings = await Promise.all(
    subjects.map(async ([id, { title }]) =>
      [await CHECKS[id](machine)].flat().map((seen) => toFinding({ id, title, ...seen })),
    ),
  );
  return reportOf(findings.flat());
}

const toFinding = ({ id, title, state, seen, fix }: PartSeen): Finding => ({
  ...{ id, title, state, seen },
  ...(fix && { fix: remedyHere(fix) }),
  ...((state === 'problem' || state === 'warning') && { more: moreAbout('doctor', id) }),
});
