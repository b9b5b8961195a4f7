import { type Details, Fault, moreAbout } from '../../engine/index.ts';

/** What ends `class board` and `class join`, by its stable id. No verdict needs these. */
export const BOARD_FAULTS = {
  'board-address': ({ address }: Details<'address'>) => ({
    message: `"${address}" is not the address of a class board, with its word: http://192.168.1.20:8090/#word`,
    next: 'Copy the line that the instructor shows, with all that stands behind the #, and put your nickname after it',
  }),
  'board-unreachable': ({ address, reason }: Details<'address' | 'reason'>) => ({
    message: `The class board at ${address} does not answer: ${reason}`,
    next: "See that you are in the room's network, then try again. Everything else works without it",
  }),
  'board-wrong-word': ({ address }: Details<'address'>) => ({
    message: `The class board at ${address} does not know this word. It stands behind the # of the address.`,
    next: 'Type the line anew, as the instructor shows it',
  }),
  'nickname-invalid': ({ length }: Details<'length'>) => ({
    message: `A nickname has 1 to 24 letters, digits, spaces, or one of . _ -; this one has ${length} characters, or others.`,
    next: 'Choose another nickname, and join again',
  }),
  'nickname-taken': ({ nickname }: Details<'nickname'>) => ({
    message: `Somebody else is on the class board as ${nickname}.`,
    next: 'Choose another nickname, and join again',
  }),
  'nickname-unknown': ({ nickname }: Details<'nickname'>) => ({
    message: `Nobody is on the class board as ${nickname}.`,
    next: 'Read the nickname on the board; one with spaces needs quotes around it',
  }),
  'no-board': () => ({
    message: 'No class board is up here.',
    next: 'npm run class board',
  }),
  'board-full': () => ({
    message: 'The class board is full: it takes 200 learners, and a thousand nicknames.',
    next: 'Tell the instructor. npm run class board -- --end removes the board with everybody on it',
  }),
  'not-a-board': ({ address, status }: Details<'address' | 'status'>) => ({
    message: `What answers at ${address} is no class board, or has no time: it says ${status}.`,
    next: 'Compare the address with what the instructor shows, then try again',
  }),
  'no-such-address': ({ address, addresses }: Details<'address' | 'addresses'>) => ({
    message: `This machine does not have the address ${address}. It has: ${addresses}`,
    next: 'npm run class board -- --address  and one of them, or 127.0.0.1 for this machine alone',
  }),
} satisfies Record<string, (details: never) => { message: string; next: string }>;

type BoardFaultId = keyof typeof BOARD_FAULTS;

/** The board, or the way to it, stands in the way. */
export class BoardFault<Id extends BoardFaultId = BoardFaultId> extends Fault {
  override readonly exitCode = 2;
  override readonly more: string;

  /** @param details what the catalogue's message about this fault leaves open */
  constructor(id: Id, ...details: Parameters<(typeof BOARD_FAULTS)[Id]>) {
    const textOf = BOARD_FAULTS[id] as (...details: unknown[]) => { message: string; next: string };
    const { message, next } = textOf(...details);
    super(message, next);
    this.more = moreAbout('machine', id);
  }
}
