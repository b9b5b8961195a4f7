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
  it("an exported dashboard holds nothing of this Grafana or this save, and keeps the panels' ids", () => {
    const exported = normal({ id: 7, version: 3, uid: 'web', panels: [{ id: 1 }] });

    expect(exported).toEqual({ uid: 'web', panels: [{ id: 1 }] });
  });

  it('the order of keys does not change the file', () => {
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
  ])('a data source named by %s gets the provisioned uid', (_, datasource) => {
    expect(withSource(datasource)).toEqual({ type: 'prometheus', uid: 'prometheus' });
  });

  it.each([{ uid: '$source' }, { type: 'datasource', uid: 'grafana' }])(
    'a variable, and a data source of Grafana itself, stay as they are',
    (datasource) => {
      expect(withSource(datasource)).toEqual(datasource);
    },
  );
});
