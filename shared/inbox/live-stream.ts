import type { Response } from 'express';

/** Each open page holds one stream. Pages beyond that ask every few seconds instead. */
export const MOST_STREAMS = 10;

/** A listener that leaves more than this unread is disconnected, so that it cannot fill the memory. */
const MOST_UNREAD_BYTES = 1_000_000;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // When the stream ends, its connection ends too, and does not keep a stopping server waiting.
  Connection: 'close',
};

/** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class LiveStream {
  readonly #listeners = new Set<Response>();
  #hasEnded = false;

  /** Answers a request with a stream that begins with a snapshot, or with 503 when there are too many. */
  open(response: Response, snapshot: unknown): void {
    if (this.#listeners.size >= MOST_STREAMS) {
      const error = `${MOST_STREAMS} streams are open already. Use GET /api/snapshot instead.`;
      response.status(503).json({ error });
      return;
    }
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
    response.set(HEADERS);
    // After a lost connection the browser waits this many milliseconds before it tries again.
    response.write('retry: 1000\n');
    response.write(asEvent('snapshot', snapshot));
    // A browser may come back over a connection that was open before the service began to stop.
    if (this.#hasEnded) response.end();
  }

  send(event: string, data: unknown): void {
    for (const listener of this.#listeners) {
      listener.write(asEvent(event, data));
      if (listener.writableLength > MOST_UNREAD_BYTES) listener.destroy();
    }
  }

  end(): void {
    this.#hasEnded = true;
    for (const listener of this.#listeners) listener.end();
  }
}

/** JSON holds no line breaks, so one data line is enough. */
const asEvent = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
