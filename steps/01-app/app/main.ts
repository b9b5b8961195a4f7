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

// TODO: on SIGTERM answer the requests in flight, take no new ones, and end with exit code 0
