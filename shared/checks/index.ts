export { type Answer, readFixtures } from './fixtures.ts';
