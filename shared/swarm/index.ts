export { leftovers, removeLeftovers } from './leftovers.ts';
export { whyNotHere } from './needs.ts';
export { describeSwarm, type SwarmReport } from './report.ts';
export { swarm } from './swarm.ts';
