import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker } from '../../engine/index.ts';
import { type Clone, clone } from '../../learner/test-clone.ts';
import { keptName } from '../../verify/runner/stack-starts.ts';

/** Root, the first user of most systems, and somebody else. */
const OWNERS = [0, 1_000, 12_345];
const NODE = 'node:24.21.0-slim';
const GRAFANA = 'grafana/grafana:12.4.14';
/** The user of Grafana's image, which may be missing here. */
const GRAFANA_USER = '472';
const PASSWORD = 'secrets/grafana/admin_password';
const WEBHOOK = 'secrets/alertmanager/slack_webhook_url';
/** The root starts this one. */
const FINISHED = 'solutions/05-load-test';

/** The engine chooses free ports. The names are those that `docker compose up` finds by itself. */
const PORTS = ['APP', 'PROMETHEUS', 'GRAFANA', 'ALERTMANAGER', 'INBOX'];
const env = Object.fromEntries(PORTS.map((name) => [`${name}_PORT`, '0']));
const compose = (folder: string, ...words: string[]) =>
  docker(['compose', ...words], { cwd: folder, env });

/** Ids of running containers that were started in a folder. */
const runningIn = (folder: string) =>
  docker(['ps', '--quiet', '--filter', `label=com.docker.compose.project.working_dir=${folder}`]);

const give = (folder: string, owner: number) =>
  docker([
    ...['run', '--rm', '--volume', `${folder}:/clone`, NODE],
    ...['chown', '-hR', `${owner}`, '/clone'],
  ]);

describe('Clones on one machine', () => {
  const clones = new Map<number, Clone>();
  const at = (owner: number, folder = '') => join(clones.get(owner)?.root ?? '', folder);

  beforeAll(async () => {
    for (const owner of OWNERS) {
      clones.set(owner, await clone());
      await give(at(owner), owner);
    }
  });
  afterAll(async () => {
    for (const [owner, copy] of clones) {
      await copy.start(['down']);
      for (const folder of ['steps/04-alertmanager', 'solutions/04-alertmanager'])
        await compose(at(owner, folder), 'down', '--volumes').catch(() => {});
      await give(copy.root, process.getuid?.() ?? 0);
      copy[Symbol.dispose]();
    }
  });

  describe.concurrent.each(OWNERS)('owned by user %i', (owner) => {
    it('start with docker compose up, and every server can read its secret', async ({ expect }) => {
      const hasGrafana = await docker(['image', 'inspect', GRAFANA]).catch(() => '');
      const others = ['app', 'prometheus', 'alertmanager', 'inbox'];

      await compose(at(owner), 'up', '--detach', '--wait', ...(hasGrafana ? [] : others));
      const password = readFileSync(at(owner, `${FINISHED}/${PASSWORD}`), 'utf8');
      await compose(at(owner), 'up', 'secrets');

      const read = ['exec', '-T', 'alertmanager', 'cat', '/run/secrets/slack_webhook_url'];
      expect(await compose(at(owner), ...read)).toMatch(/^http:\/\/inbox:/);
      const asGrafana = ['run', '--rm', '-T', '--user', GRAFANA_USER, 'secrets', 'cat'];
      expect(`${await compose(at(owner), ...asGrafana, `/${PASSWORD}`)}\n`).toBe(password);
    });

    // The service is the same in every folder, so the others are tried for one owner only.
    const others = [
      'solutions/03-grafana',
      'steps/03-grafana',
      'steps/04-alertmanager',
      'steps/05-load-test',
    ];
    it.each(['solutions/04-alertmanager', ...(owner === OWNERS.at(-1) ? others : [])])(
      'write the secrets of %s once, for their owner',
      async (folder) => {
        const files = folder.includes('03') ? [PASSWORD] : [PASSWORD, WEBHOOK];
        const paths = files.map((file) => at(owner, `${folder}/${file}`));
        const contents = () => paths.map((path) => readFileSync(path, 'utf8'));

        await compose(at(owner, folder), 'up', 'secrets');
        const first = contents();
        await compose(at(owner, folder), 'up', 'secrets');
        await compose(at(owner, folder), 'down');

        expect(contents()).toEqual(first);
        for (const path of paths) {
          const { uid, gid, mode } = statSync(path);
          const parent = statSync(dirname(path));
          expect([uid, gid, mode & 0o777]).toEqual([parent.uid, parent.gid, 0o644]);
        }
      },
    );
  });

  it('keep their containers and volumes when another one is taken down', async () => {
    const [mine, theirs] = [0, 1_000];
    const kept = (owner: number) => at(owner, 'solutions/02-prometheus');
    const step = at(theirs, 'steps/04-alertmanager');
    const solution = at(theirs, 'solutions/04-alertmanager');
    for (const owner of [mine, theirs]) {
      const name = keptName(kept(owner));
      await compose(kept(owner), '--project-name', name, 'up', '--detach', 'prometheus');
    }
    for (const folder of [step, solution])
      await compose(folder, 'up', '--detach', '--wait', 'prometheus');
    const before = [await runningIn(at(theirs)), await runningIn(kept(theirs))];
    const inSolution = await runningIn(solution);

    const down = await clones.get(mine)?.start(['down']);
    await compose(step, 'down', '--volumes');

    expect(down).toMatchObject({ exitCode: 0 });
    expect([await runningIn(at(mine)), await runningIn(kept(mine))]).toEqual(['', '']);
    expect([await runningIn(at(theirs)), await runningIn(kept(theirs))]).toEqual(before);
    expect(before).not.toContain('');
    expect(await runningIn(step)).toBe('');
    expect(await runningIn(solution)).toBe(inSolution);
    expect(inSolution).not.toBe('');
  });
});
