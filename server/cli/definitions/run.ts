import type { ExitCode } from '../errors.js';
import type { Terminal } from '../terminal.js';

/** Runs a command and exits with its code. */
export type Run = (command: (terminal: Terminal) => Promise<ExitCode>) => Promise<void>;
