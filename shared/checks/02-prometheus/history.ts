// What Prometheus has collected outlives its container.
import { evaluate } from '../../verify/expect/index.ts';
import { expectThat } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { knownTraffic } from './known-traffic.ts';
import { prometheus } from './read-config.ts';

export const history = defineTopic({ kind: 'live', task: 2, needs: ['prometheus.numbers'] }, [
  {
    id: 'prometheus.history',
    title: 'The history survives a new container',
    asks: ['prometheus'],
    ofContainers: true,
    async run(step) {
      const { seenAt } = await knownTraffic(step);
      const recreate = ['up', '--detach', '--no-deps', '--force-recreate', 'prometheus'];
      await step.stack.compose(...recreate);
      const { waitFor } = await import('../../stack/index.ts');
      const remembered = await waitFor({
        what: 'the new Prometheus to answer',
        withinSeconds: 60,
        look: () => evaluate(step, 'sum(http_requests_total{job="web"})', seenAt),
        until: () => true,
      });
      expectThat(remembered.length > 0, {
        expected: 'the samples from before docker compose up --force-recreate prometheus',
        actual: 'no samples from before',
        where: prometheus(step).where('volumes'),
        hint: 'A new container begins with the files of its image; only what lies on a lasting volume is still there.',
      });
    },
  },
]);
