export { type Fixture, readFixtures } from './fixtures.ts';
export { messagesFile, readMessages } from './messages.ts';
