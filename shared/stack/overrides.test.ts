import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { addOverrides, removeOverrides, writeReplaced } from './overrides.ts';

const project = {
  directory: mkdtempSync(join(tmpdir(), 'overrides-')),
  name: 'workshop-overrides-test',
};
afterEach(async () => {
  await removeOverrides(project);
  rmSync(project.directory, { recursive: true, force: true });
});

const service = {
  ...{ images: [], hasHealthcheck: true, build: undefined, command: undefined, mounted: [] },
  ...{
    containerName: undefined,
    networks: ['default'],
    startPeriod: undefined as string | undefined,
  },
};

it('what has one name on the machine gets one for each project, and other containers still know it', async () => {
  const added: { files?: string[] } & typeof project = { ...project };
  await addOverrides(
    added,
    {
      services: new Map([
        ['app', { ...service, containerName: 'web-app' }],
        ['cadvisor', { ...service, hasHealthcheck: false }],
      ]),
      sharedNames: [['volumes', 'data']],
    },
    [{ service: 'app', target: '/etc/app.yaml', content: 'a: 1\n', mode: 0o600 }],
    false,
  );

  const file = added.files?.at(-1) ?? '';
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^ {2}app:\n {4}ports: !override\n {6}- 127\.0\.0\.1:0:8080$/m);
  expect(text).toMatch(/^ {4}container_name: !reset null$/m);
  expect(text).toMatch(/^ {8}aliases:\n {10}- web-app$/m);
  expect(text).toMatch(/^ {2}cadvisor:\n {4}ports: !override \[\]$/m);
  expect(text).toMatch(/^volumes:\n {2}data:\n {4}name: workshop-overrides-test_data$/m);
  expect(statSync(join(file, '..', 'etc-app.yaml')).mode & 0o777).toBe(0o600);
});

it('writes over a copy of a file that can only be read', async () => {
  const file = { service: 'app', target: '/etc/app.yaml', content: 'a: 1\n', mode: 0o444 };
  const services = new Map([['app', service]]);
  await addOverrides({ ...project }, { services, sharedNames: [] }, [file], true);

  await writeReplaced(project, [{ ...file, content: 'a: 2\n' }]);

  const copy = join(import.meta.dirname, '../../.workshop/stacks', project.name, 'etc-app.yaml');
  expect([readFileSync(copy, 'utf8'), statSync(copy).mode & 0o777]).toEqual(['a: 2\n', 0o444]);
});

it('asks soon, and leaves a service the time to start that its file gives', async () => {
  const added: { files?: string[] } & typeof project = { ...project };
  const services = new Map([
    ['app', service],
    ['grafana', { ...service, startPeriod: '2m0s' }],
  ]);

  await addOverrides(added, { services, sharedNames: [] }, [], false);

  const [one, other] = readFileSync(added.files?.at(-1) ?? '', 'utf8').split('  grafana:\n');
  expect(one).toMatch(/start_period: 60s\n {6}start_interval: \d+ms/);
  expect(other).toMatch(/start_period: 2m0s\n {6}start_interval: \d+ms/);
});

it('describes what stays up alike, however busy the machine is, or it would be made anew', async () => {
  const added: { files?: string[] } & typeof project = { ...project };
  const services = new Map([['app', service]]);

  await addOverrides(added, { services, sharedNames: [] }, [], true);

  expect(readFileSync(added.files?.at(-1) ?? '', 'utf8')).toContain('start_interval: 500ms\n');
});
