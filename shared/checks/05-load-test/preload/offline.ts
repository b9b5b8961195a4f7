// Loaded before a program that must not connect to anything: the first attempt ends it, before a byte has left.
import { Socket } from 'node:net';

/** TRIED_TO_CONNECT in ../local-program.ts, which is not imported because every program would wait for it. */
const EXIT_CODE = 97;

Socket.prototype.connect = () => process.exit(EXIT_CODE);
