import { chownSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { ROOT } from '../place.ts';

/** Somebody who is not root, also where the tests run as root. */
const USER = process.getuid?.() || 12_345;
const AS_USER = { uid: USER, gid: process.getgid?.() || USER };
/** What root is in a container of a rootless engine. */
const AS_ROOT_OF_OWN = ['--user', '--map-root-user'];
const TSX = join(ROOT, 'node_modules/tsx/dist/loader.mjs');

it('the root of a rootless engine writes secrets for its user, that every server can read', async ({
  skip,
}) => {
  const readsClone = [...AS_ROOT_OF_OWN, 'test', '-r', TSX];
  const check = await execa('unshare', readsClone, { ...AS_USER, reject: false });
  if (check.failed)
    skip('no user has a namespace of its own here, or none but the owner reads the clone');
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  const source = join(ROOT, 'solutions/05-load-test/secrets');
  cpSync(source, folder, { recursive: true, filter: (path) => !/(password|url)$/.test(path) });
  for (const path of ['', 'grafana', 'alertmanager'])
    chownSync(join(folder, path), AS_USER.uid, AS_USER.gid);

  const program = `umask 077; exec node --import ${TSX} ${folder}/make-secrets.ts`;
  await execa('unshare', [...AS_ROOT_OF_OWN, 'sh', '-c', program], { ...AS_USER, cwd: folder });

  for (const file of ['grafana/admin_password', 'alertmanager/slack_webhook_url']) {
    const { uid, mode } = statSync(join(folder, file));
    expect([uid, mode & 0o777]).toEqual([USER, 0o644]);
  }
  rmSync(folder, { recursive: true });
});
