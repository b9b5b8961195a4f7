import {
  expectThat,
  isRecord,
  isYes,
  type StepUnderTest,
  type YamlFile,
} from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { PAIRS } from './pairs.ts';

const STACK = 'swarm/stack.yaml';

/** The same system on several machines, as `docker stack deploy` reads it. */
export const swarm: Check[] = defineTopic({ kind: 'static' }, [
  {
    id: 'swarm.spread',
    title: 'In the Swarm, two of a kind are never on the same machine',
    run: expectSpread,
  },
  {
    id: 'swarm.data',
    title: 'In the Swarm, what keeps data is started again only where its data is',
    run: expectTied,
  },
]);

interface StackService {
  name: string;
  /** What must hold of a node: key → value, of the constraints with ==. */
  tied: Record<string, string>;
  replicas: number;
  mostPerNode: number;
  where(...place: (string | number)[]): string;
  value: Record<string, unknown>;
}

function servicesOf(file: YamlFile): StackService[] {
  return Object.entries(Object(file.get(['services']))).map(([name, value]) => {
    const at = (...place: (string | number)[]) => ['services', name, ...place];
    const constraints = [file.get(at('deploy', 'placement', 'constraints')) ?? []].flat();
    const equal = constraints.flatMap((it) => {
      const [, key, wanted] = String(it).match(/^\s*(\S+?)\s*==\s*(\S+)\s*$/) ?? [];
      // A role, or a platform, is that of many nodes.
      return key && wanted && /^node\.(hostname|id|labels\.\S+)$/.test(key) ? [[key, wanted]] : [];
    });
    return {
      ...{ name, value: Object(value) },
      tied: Object.fromEntries(equal),
      replicas: Number(file.get(at('deploy', 'replicas')) ?? 1),
      mostPerNode: Number(file.get(at('deploy', 'placement', 'max_replicas_per_node')) ?? 0),
      where: (...place) => file.where(at(...place)),
    };
  });
}

const PLACEMENT = ['deploy', 'placement', 'constraints'];

function expectSpread(step: StepUnderTest): void {
  const services = servicesOf(step.files.yaml(STACK));
  for (const names of Object.values(PAIRS)) {
    const [first, second] = names.map((name) => services.find((it) => it.name === name));
    if (first && first.replicas > 1 && first.mostPerNode === 1) continue;
    const apart = Object.entries(first?.tied ?? {}).some(
      ([key, value]) => second?.tied[key] !== undefined && second.tied[key] !== value,
    );
    const placed = (it?: StackService) =>
      it
        ? Object.entries(it.tied)
            .map(([key, value]) => `${key} == ${value}`)
            .join(', ') || 'anywhere'
        : 'not there';
    expectThat(apart, {
      expected: `constraints by which ${names[0]} and ${names[1]} are on different nodes`,
      actual: `${names[0]}: ${placed(first)}; ${names[1]}: ${placed(second)}`,
      where: (second ?? first)?.where(...PLACEMENT) ?? STACK,
      hint: 'Swarm may put both on one node, and does when the others are full. Then one machine that is lost takes both along.',
    });
  }
}

/** It writes to a volume that is on its node, or to a path of its node. */
function expectTied(step: StepUnderTest): void {
  const file = step.files.yaml(STACK);
  for (const { name, value, tied, where } of servicesOf(file)) {
    const mounts = [value.volumes ?? []].flat().map((entry) => {
      if (isRecord(entry))
        return { source: `${entry.source ?? ''}`, readOnly: isYes(entry.read_only) };
      const [source = '', , mode = ''] = String(entry).split(':');
      return { source, readOnly: mode.split(',').includes('ro') };
    });
    const kept = mounts.find(({ source, readOnly }) => {
      const driver = file.get(['volumes', source, 'driver']);
      return source && !readOnly && (driver === undefined || driver === 'local');
    });
    expectThat(!kept || Object.keys(tied).length > 0, {
      expected: `a constraint such as node.hostname == NAME, in ${name}`,
      actual: `${kept?.source} is on the node where ${name} happens to run, which may be any`,
      where: where(...PLACEMENT),
      hint: 'A volume, or a path, is on one node. Started on another one, the service finds an empty one there, and nobody is told. With a constraint it waits for its node.',
    });
  }
}
