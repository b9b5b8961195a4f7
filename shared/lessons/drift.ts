import { join } from 'node:path';
import type { Build } from './build.ts';
import { firstDifference } from './difference.ts';
import { listFiles, read } from './files.ts';
import type { Finding } from './finding.ts';

/** Where the disk differs from what would be generated: files edited by hand, missing ones, stray ones. */
export async function findDrift(root: string, generated: Build['generated']): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [file, { content, origin }] of generated) {
    const actual = await read(join(root, file));
    if (!actual) findings.push(missing(file, origin));
    else if (!actual.equals(content)) findings.push(edited(file, origin, content, actual));
  }
  const inSteps = (await listFiles(join(root, 'steps'))).map((path) => `steps/${path}`);
  return [...findings, ...inSteps.filter((file) => !generated.has(file)).map(stray)];
}

function missing(file: string, origin: string): Finding {
  return {
    file,
    line: 1,
    problem: `is missing; ${origin} makes it`,
    remedy: 'npm run lessons:make',
  };
}

function edited(file: string, origin: string, expected: Buffer, actual: Buffer): Finding {
  const lines = (content: Buffer) => content.toString().split('\n');
  const at = firstDifference(lines(expected), lines(actual)) ?? 0;
  return {
    file,
    line: at + 1,
    problem: `is not what ${origin} makes of it`,
    remedy: `make the change in ${origin}, then: npm run lessons:make`,
  };
}

function stray(file: string): Finding {
  return {
    file,
    line: 1,
    problem: 'a file that no solution makes',
    remedy: 'delete it, or move it into the solution and: npm run lessons:make',
  };
}
