import { Fault } from '../../engine/index.ts';
import { CheckFailure, type Finding } from '../files/index.ts';

/** What was expected when a check ends in another way than it foresees. */
export const OTHER_FAILURE = 'the containers to answer as the lesson says';

/** A wait that ran out, or a server that answered strangely, is the step's doing too. */
export function toFinding(error: unknown): Finding {
  if (error instanceof CheckFailure) return error.finding;
  return {
    expected: OTHER_FAILURE,
    actual: (error as Error).message,
    where: 'docker-compose.yaml',
    hint: error instanceof Fault ? error.next : 'Look at the logs: docker compose logs --tail 20',
  };
}
