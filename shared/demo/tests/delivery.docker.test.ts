import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AlertTiming,
  messageBounds,
  type Stack,
  startStack,
  waitFor,
} from '../../stack/index.ts';
import { waitForMessage as waitForMessageIn } from '../messages.ts';
import { ROOT } from '../place.ts';

/** Prometheus tells Alertmanager about a firing alert again after this many seconds (--rules.alert.resend-delay). */
const RESEND_DELAY = 60;

/** A busy machine may be this much slower than the computed bounds. Seconds. */
const MARGIN = 30;

describe('The way of an alert to the inbox', () => {
  let stack: Stack;
  let timing: AlertTiming;

  beforeAll(async () => {
    const services = ['app', 'prometheus', 'alertmanager', 'inbox'];
    stack = await startStack({ directory: ROOT, services });
    timing = await stack.alert('InstanceDown').timing();
  });
  afterAll(() => stack?.takeDown());
  beforeEach(async () => {
    await waitForAlerts([]);
    await stack.inbox.clear();
  });

  it('a stopped app raises InstanceDown; starting it again resolves it', async () => {
    await stack.compose('stop', 'app');
    const firing = await waitForMessage('FIRING: InstanceDown', limit());
    await stack.compose('start', 'app');
    const resolved = await waitForMessage('RESOLVED: InstanceDown', limit() + timing.groupInterval);

    expect(firing.text).toContain('*app:8080 does not answer*');
    expect(firing.text).toMatch(/Since \d\d:\d\d:\d\d UTC/);
    expect(firing.text).toContain('Runbook: docs/runbooks/InstanceDown.md');
    expect(firing.fields).toEqual([
      expect.objectContaining({ title: 'Severity', value: 'critical' }),
      expect.objectContaining({ title: 'Job', value: 'web' }),
    ]);
    expect(firing.color).toBe('danger');
    expect(resolved.text).toMatch(/From \d\d:\d\d:\d\d UTC to \d\d:\d\d:\d\d UTC/);
    expect(resolved.color).toBe('good');
  });

  it('the message arrives even when Alertmanager starts after the alert fires', async () => {
    await stack.compose('stop', 'alertmanager', 'app');
    await waitForAlerts(['firing']);
    await stack.compose('start', 'alertmanager');

    const message = await waitForMessage('FIRING: InstanceDown', RESEND_DELAY + limit());

    expect(message.text).toContain('app:8080');
    await stack.compose('start', 'app');
    await waitForMessage('RESOLVED: InstanceDown', limit() + timing.groupInterval);
  });

  it('a message refused twice is delivered once, at the third attempt', async () => {
    await stack.inbox.refuseNext(2);
    await stack.alertmanager.postAlerts([
      {
        labels: { alertname: 'Synthetic', severity: 'info', job: 'test' },
        annotations: { summary: 'A test alert', description: 'Posted by a test.' },
      },
    ]);

    const message = await waitForMessage('FIRING: Synthetic', timing.groupWait);

    expect(message.text).toContain('*A test alert*');
    const metrics = await stack.inbox.metrics();
    expect(metrics).toMatch(
      /inbox_deliveries_total\{channel="slack",result="service_unavailable"\} 2/,
    );
    expect(await stack.inbox.messages()).toHaveLength(1);
  });

  const limit = () => messageBounds(timing).most + MARGIN;

  const waitForMessage = (title: string, withinSeconds: number) =>
    waitForMessageIn({ stack, lastMessageId: 0 }, title, withinSeconds + MARGIN);

  async function waitForAlerts(states: string[]): Promise<void> {
    await waitFor({
      what: `alerts in Prometheus to be ${states.join(', ') || 'none'}`,
      withinSeconds: limit(),
      look: async () => (await stack.prometheus.alerts()).map(({ state }) => state),
      until: (seen) => seen.join() === states.join(),
    });
  }
});
