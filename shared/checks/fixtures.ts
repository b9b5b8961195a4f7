import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const edit = z.union([
  /** `replace` must stand in the file exactly once. */
  z.strictObject({ file: z.string(), replace: z.string(), with: z.string() }),
  /** As `replace`, with nothing in its place. */
  z
    .strictObject({ file: z.string(), remove: z.string() })
    .transform(({ file, remove }) => ({ file, replace: remove, with: '' })),
  /** A whole file, in place of the solution's or beside it. */
  z.strictObject({ file: z.string(), content: z.string() }),
  z.strictObject({ file: z.string(), base64: z.string() }),
  /** Every line end becomes \r\n. */
  z.strictObject({ file: z.string(), windowsLineEnds: z.literal(true) }),
  /** Of a file or folder, as chmod takes it: "0600". */
  z.strictObject({ file: z.string(), mode: z.string().regex(/^0[0-7]{3}$/) }),
  z.strictObject({ delete: z.string() }),
  z.strictObject({ rename: z.string(), to: z.string() }),
  /** A folder of the repository's root, such as solutions/02-prometheus, copied over everything. */
  z.strictObject({ copy: z.string() }),
]);
export type Edit = z.infer<typeof edit>;

/** How an answer differs from the solution. */
const entry = z.strictObject({
  /** Why somebody writes this, in a sentence. */
  why: z.string(),
  /** The ids of the checks that must fail, for a wrong answer; all others pass or are not run. */
  fails: z.array(z.string()).default([]),
  /** True when only running containers show it; "tool" when a server's own tool does, without them. */
  live: z.union([z.boolean(), z.literal('tool')]).default(false),
  /** Only this server shows it; where its image is not available, the proof is skipped with the reason. */
  requires: z.enum(['grafana', 'cadvisor']).optional(),
  /** Another answer of the same step: it starts from the same, and its edits are made first. */
  base: z.string().optional(),
  /** What the answer starts from, where no base says it: the solution. */
  from: z.enum(['solution', 'starter', 'nothing']).optional(),
  edits: z.array(edit).default([]),
});
type Entry = z.infer<typeof entry>;

/** An entry as it is written. One that needs a single edit may have the keys of that edit beside `why`. */
const written = z.looseObject({ edits: z.array(z.looseObject({})).optional() });

/**
 * A file below a step's answers/: the answers about one topic, by their names. An edit without `file` changes the file of
 * the topic.
 */
const topicFile = z
  .strictObject({
    file: z.string().optional(),
    wrong: z.record(z.string(), written).default({}),
    right: z.record(z.string(), written).default({}),
  })
  .transform(({ file, wrong, right }) =>
    kinds.parse({ wrong: inFull(wrong, file), right: inFull(right, file) }),
  );

const kinds = z.object({
  wrong: z.record(z.string(), entry),
  right: z.record(z.string(), entry),
});

const EDIT_KEYS =
  'file replace with remove content base64 windowsLineEnds mode delete rename to copy'.split(' ');
const WITHOUT_FILE = ['delete', 'rename', 'copy'];

/** Entries with each edit in a list, and with its file. */
const inFull = (
  entries: Record<string, z.infer<typeof written>>,
  file?: string,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(entries).map(([name, { edits, ...own }]) => {
      const pick = (isOfEdit: boolean): Record<string, unknown> =>
        Object.fromEntries(
          Object.entries(own).filter(([key]) => EDIT_KEYS.includes(key) === isOfEdit),
        );
      const single = pick(true);
      const all = edits ?? (Object.keys(single).length > 0 ? [single] : []);
      const named = all.map((edit) =>
        WITHOUT_FILE.some((key) => key in edit) || !file ? edit : { file, ...edit },
      );
      // Beside a list they are keys that an entry does not have.
      return [name, { ...(edits ? own : pick(false)), edits: named }];
    }),
  );

/** A named wrong or right answer, with all edits that lead to it. */
export interface Fixture extends Omit<Entry, 'base'> {
  /** "02-prometheus" */
  step: string;
  kind: 'wrong' | 'right';
  /** The file it stands in, without its ending: "compose". */
  topic: string;
  /** "promethus-misspelled" */
  name: string;
  from: NonNullable<Entry['from']>;
}

const READ = new Map<string, Fixture[]>();

/**
 * All named answers of a step, sorted by name. They are read once.
 *
 * @param folder holds a file for each topic
 * @throws Error naming the file and the entry that is not as it must be
 */
export function readFixtures(
  step: string,
  folder = join(import.meta.dirname, step, 'answers'),
): Fixture[] {
  const known = READ.get(folder);
  if (known) return known;
  const entries = readEntries(folder);
  const fixtures = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { file, kind, base: _, ...own }]) => ({
      ...{ ...own, step, kind, name, topic: basename(file, '.yaml') },
      ...startAndEdits(name, entries),
    }));
  READ.set(folder, fixtures);
  return fixtures;
}

type Entries = Map<string, Entry & { file: string; kind: Fixture['kind'] }>;

/** The entries of all topics of a step, by their names. */
function readEntries(folder: string): Entries {
  const entries: Entries = new Map();
  const topics = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  for (const file of topics.map((name) => join(folder, name))) {
    const topic = readTopic(file);
    for (const kind of ['wrong', 'right'] as const)
      for (const [name, entry] of Object.entries(topic[kind])) {
        const other = entries.get(name)?.file;
        if (other) throw new Error(`${file}: ${name}: there is one of this name in ${other}`);
        entries.set(name, { ...entry, file, kind });
      }
  }
  return entries;
}

function readTopic(file: string): z.infer<typeof topicFile> {
  try {
    return topicFile.parse(parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`${file}: ${problem}`);
  }
}

/** @param variations the entries that lead here, each the base of the one before */
function startAndEdits(
  name: string,
  entries: Entries,
  variations: string[] = [],
): Pick<Fixture, 'from' | 'edits'> {
  const own = entries.get(name);
  const at = `${entries.get(variations[0] ?? name)?.file}: ${[...variations, name].join(' < ')}`;
  if (!own) throw new Error(`${at}: there is no answer of the name ${name} to start from`);
  if (variations.includes(name)) throw new Error(`${at}: an answer must not start from itself`);
  const { from, base, edits } = own;
  if (!base) return { from: from ?? 'solution', edits };
  if (from) throw new Error(`${at}: either base or from, not both: a base says it`);
  const start = startAndEdits(base, entries, [...variations, name]);
  return { ...start, edits: [...start.edits, ...edits] };
}
