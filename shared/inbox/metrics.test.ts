import { expect, test } from 'vitest';
import { answerOf, startInbox } from './test-support/start-inbox.ts';

test('the health check returns 200', async () => {
  await using inbox = await startInbox();

  const answer = answerOf(inbox.send('GET', '/healthz'));

  expect(await answer).toEqual([200, '{"status":"ok"}']);
});

test('the metrics count deliveries by result', async () => {
  await using inbox = await startInbox();
  await inbox.deliver({ text: 'hi' });
  await inbox.deliver({});
  await inbox.send('POST', '/services/T00000000/B00000000/wrong', {});

  const answer = await inbox.send('GET', '/metrics');

  expect(answer.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (await answer.text()).split('\n');
  expect(lines).toContain('inbox_deliveries_total{channel="slack",result="ok"} 1');
  expect(lines).toContain('inbox_deliveries_total{channel="slack",result="no_text"} 1');
  expect(lines).toContain('inbox_deliveries_total{channel="slack",result="invalid_token"} 1');
  expect(lines).toContain('inbox_deliveries_total{channel="slack",result="rate_limited"} 0');
  expect(lines).toContain('inbox_entries{channel="slack"} 1');
  expect(lines.join('\n')).toContain('process_cpu_seconds_total');
});
