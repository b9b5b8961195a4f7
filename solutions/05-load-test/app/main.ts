import { STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './create-app.ts';

// Port 0 asks the operating system for any free port; the line printed below says which one it gave.
const port = Number(process.env.PORT || 8080);

const server = createApp().listen(port, (error) => {
  if (error) {
    console.error(`Cannot listen on port ${port}: ${error.message}. Set PORT to a free one.`);
    process.exit(1);
  }
  console.log(`Listening on http://localhost:${(server.address() as AddressInfo).port}`);
});

// What Node.js cannot read as HTTP never reaches Express, so it is answered here. It is not counted either.
server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
  if (!socket.writable) return socket.destroy();
  // More than 16 KiB of headers, or else something unknown, such as a method that does not exist.
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const body = JSON.stringify({ error: STATUS_CODES[status] });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    // Without this, a client that never closes its side would hold the connection open.
    () => socket.destroy(),
  );
});

// `docker compose stop` sends SIGTERM, and kills after ten more seconds.
process.once('SIGTERM', () => {
  // No new connections. Requests in flight are answered; then nothing is left to do and the process ends with 0.
  server.close();
  // A connection may stay open between two requests; from now on for 1 ms (plus up to a second, says Node.js).
  server.keepAliveTimeout = 1;
});

// A busy client would still send the next request on its open connection, for ever. Tell it to close.
// First in the line of listeners, because Express has sent the headers by the time the others run.
server.prependListener('request', (_req, res) => {
  if (!server.listening) res.setHeader('Connection', 'close');
});
