import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root, as an absolute path. */
export const ROOT = join(import.meta.dirname, '..');

/** Which folders of a clone `docker compose up` is typed in, besides its root. */
const PARENTS = ['solutions', 'steps'];
const VARIABLE = /^COMPOSE_PROJECT_NAME=.*$/m;
const NOTE =
  '# Written by npm ci: Compose takes its name from here, so that no other folder or clone has the same containers.\n';

/**
 * What Compose calls the containers of a folder: "steps-04-alertmanager-3f9a". Compose itself would take the folder's
 * name, which a step, its solution and every other clone share.
 *
 * @param folder from the clone's root; the root itself when it is left out
 */
export function projectName(root: string, folder = 'monitoring-workshop'): string {
  const clone = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 4);
  return `${folder.replaceAll('/', '-')}-${clone}`;
}

/**
 * Writes these names into the `.env` of each folder, where plain `docker compose` looks. The rest of it stays. In a clone
 * that may not be written, Compose goes by the folder's name; the doctor says what to do.
 */
export function nameProjects(root: string): void {
  try {
    writeName(root, projectName(root));
    for (const parent of PARENTS) {
      for (const id of readdirSync(join(root, parent)).filter((name) => /^\d+-/.test(name)))
        writeName(join(root, parent, id), projectName(root, `${parent}/${id}`));
    }
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code) throw error;
  }
}

function writeName(folder: string, name: string): void {
  const file = join(folder, '.env');
  const line = `COMPOSE_PROJECT_NAME=${name}`;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : NOTE;
  if (text.match(VARIABLE)?.[0] === line) return;
  const others = text.replace(/\n?$/, '\n');
  writeFileSync(file, VARIABLE.test(text) ? text.replace(VARIABLE, line) : `${others}${line}\n`);
}
