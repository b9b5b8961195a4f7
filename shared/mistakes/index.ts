export { type Answer, readAnswers } from './mistake.ts';
