import { z } from 'zod';
import { whyRefused } from '../../engine/index.ts';
import type { Machine } from './machine.ts';

/** What the checks read of `docker info`. Sizes in bytes. */
const engineInfo = z.object({
  ServerVersion: z.string(),
  OperatingSystem: z.string(),
  /** The host name of the machine the engine runs on. */
  Name: z.string(),
  MemTotal: z.number(),
  NCPU: z.number(),
  DockerRootDir: z.string(),
  /** RFC 3339, by the engine's clock. */
  SystemTime: z.string(),
  HttpProxy: z.string().default(''),
  HttpsProxy: z.string().default(''),
  RegistryConfig: z
    .object({ Mirrors: z.array(z.string()).nullish() })
    .nullish()
    .transform((registry) => ({ mirrors: registry?.Mirrors ?? [] })),
});
export type EngineInfo = z.infer<typeof engineInfo>;

export type Engine =
  /** `asked` and `answered`: by this machine's clock, in milliseconds. */
  | { kind: 'ready'; info: EngineInfo; asked: number; answered: number }
  | {
      kind:
        | 'no-client'
        | 'no-engine'
        | 'no-permission'
        | 'engine-elsewhere'
        | 'no-answer'
        | 'strange';
      message: string;
    };

/** Until version 28, Docker's command line ended with 0 also where its engine did not answer. */
const refusal = z.object({ ServerErrors: z.array(z.string()).nonempty() });

export async function askEngine(ask: Machine['ask']): Promise<Engine> {
  const asked = Date.now();
  const context = ask('docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}');
  const { outcome, stdout, stderr } = await ask('docker', 'info', '--format', '{{json .}}');
  const answered = Date.now();
  if ((await context).stdout.startsWith('ssh:')) return { kind: 'engine-elsewhere', message: '' };
  if (outcome === 'missing') return { kind: 'no-client', message: '' };
  if (outcome === 'late') return { kind: 'no-answer', message: '' };
  if (outcome === 'failed') return { kind: whyRefused(stderr), message: stderr };
  const answer = parseJson(stdout);
  const refused = refusal.safeParse(answer).data?.ServerErrors.join('\n');
  if (refused) return { kind: whyRefused(refused), message: refused };
  const info = engineInfo.safeParse(answer);
  return info.success
    ? { kind: 'ready', info: info.data, asked, answered }
    : { kind: 'strange', message: z.prettifyError(info.error) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
