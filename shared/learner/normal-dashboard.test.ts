import { describe, expect, it } from 'vitest';
import { type DataSource, normalDashboard } from './normal-dashboard.ts';

const PROVISIONED: DataSource = {
  uid: 'prometheus',
  name: 'Prometheus',
  type: 'prometheus',
  isDefault: true,
  readOnly: true,
};
const BY_MOUSE = {
  ...PROVISIONED,
  uid: 'PBFA97CFB590B2093',
  name: 'Mine',
  isDefault: false,
  readOnly: false,
};
const SOURCES = [PROVISIONED, BY_MOUSE];

const normal = (dashboard: object) => JSON.parse(normalDashboard(dashboard, SOURCES));
const withSource = (datasource: unknown) =>
  normal({ panels: [{ datasource }] }).panels[0].datasource;

describe('A dashboard as a file', () => {
  it('When it is exported, then nothing of this Grafana or this save is in it, and the panels keep their ids', () => {
    const exported = normal({ id: 7, version: 3, uid: 'web', panels: [{ id: 1 }] });

    expect(exported).toEqual({ uid: 'web', panels: [{ id: 1 }] });
  });

  it('When keys come in another order, then the file is the same', () => {
    const [one, other] = [
      { title: 'Web', panels: [{ type: 'stat', id: 1 }] },
      { panels: [{ id: 1, type: 'stat' }], title: 'Web' },
    ];

    expect(normalDashboard(one, SOURCES)).toBe(normalDashboard(other, SOURCES));
  });

  it.each([
    ['its name', 'Prometheus'],
    ['its uid', { uid: 'prometheus' }],
    ['nothing, so the default one', null],
    ['the uid of one that was made by mouse', { type: 'prometheus', uid: 'PBFA97CFB590B2093' }],
  ])(
    'When a data source is named by %s, then the file has the provisioned uid',
    (_, datasource) => {
      expect(withSource(datasource)).toEqual({ type: 'prometheus', uid: 'prometheus' });
    },
  );

  it.each([{ uid: '$source' }, { type: 'datasource', uid: 'grafana' }])(
    'When it is a variable or one of Grafana itself, then it stays',
    (datasource) => {
      expect(withSource(datasource)).toEqual(datasource);
    },
  );
});
