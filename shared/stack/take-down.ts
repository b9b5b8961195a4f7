import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { MachineFault } from '../engine/index.ts';
import { type ComposeProject, compose } from './compose-project.ts';

/**
 * Removes the project's containers, networks, volumes and the images built for it. May be called twice.
 *
 * @throws MachineFault when something is left
 */
export async function takeDown({ directory, name }: ComposeProject): Promise<void> {
  const everything = ['--volumes', '--remove-orphans', '--rmi', 'local', '--timeout', '5'];
  // No file is named: Compose then goes by its labels where the project's own file is broken or gone by now.
  const cwd = existsSync(directory) ? directory : tmpdir();
  await compose({ directory, name }, ['--profile', '*', 'down', ...everything], {
    cwd,
    // Out of reach of a second Ctrl-C.
    detached: process.platform !== 'win32',
  }).catch((error: Error) => {
    throw new MachineFault('not-removed', { reason: error.message, project: name });
  });
}
