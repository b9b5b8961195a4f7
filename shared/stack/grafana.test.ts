import { afterEach, describe, expect, it, vi } from 'vitest';
import { grafanaLogin, namedGrafana } from './grafana.ts';

const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;

describe('A Grafana that the environment names', () => {
  afterEach(() => void vi.unstubAllEnvs());
  const set = (values: Record<string, string | undefined>) => {
    const none = {
      GRAFANA_URL: '',
      GRAFANA_TOKEN: '',
      GRAFANA_USER: undefined,
      GRAFANA_PASSWORD: undefined,
    };
    for (const [name, value] of Object.entries({ ...none, ...values })) vi.stubEnv(name, value);
  };

  it('without variables, the password of the stack counts', () => {
    set({});

    expect(namedGrafana()).toBeUndefined();
    expect(grafanaLogin('of the stack')).toBe(basic('admin:of the stack'));
  });

  it.each([
    [{ GRAFANA_PASSWORD: 'secret' }, basic('admin:secret')],
    [{ GRAFANA_PASSWORD: 'secret', GRAFANA_USER: 'me' }, basic('me:secret')],
    [{ GRAFANA_PASSWORD: 'secret', GRAFANA_TOKEN: 'glsa_1' }, 'Bearer glsa_1'],
  ])('logs in as %j says', (values, authorization) => {
    set({ GRAFANA_URL: 'http://grafana:3000/', ...values });

    expect(namedGrafana()).toEqual({ url: 'http://grafana:3000', authorization });
  });

  it('a GRAFANA_URL without credentials says which are missing', () => {
    set({ GRAFANA_URL: 'http://grafana:3000' });

    expect(namedGrafana).toThrow('neither GRAFANA_TOKEN nor GRAFANA_PASSWORD is set');
  });
});
