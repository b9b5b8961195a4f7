import type { Details } from './texts.ts';

/** What stands in the way of three machines that are made of one. */
export const SWARM_FAULTS = {
  'no-swarm': ({ reason }: Details<'reason'>) => ({
    message: `This machine cannot be three machines: ${reason}`,
    next: 'On a Linux machine of your own: sudo npm run swarm. By hand on three machines: docs/swarm.md',
  }),
  'swarm-running': ({ pid }: Details<'pid'>) => ({
    message: `"npm run swarm" is already at work here (process ${pid}).`,
    next: 'Wait until it has ended, or end it with Ctrl-C, then try again',
  }),
  'swarm-left': ({ left }: Details<'left'>) => ({
    message: `What "npm run swarm" has started could not be removed: ${left}`,
    next: 'npm run swarm  (it begins by removing what is left)',
  }),
};
