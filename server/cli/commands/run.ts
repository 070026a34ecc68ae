import type { ExitCode } from '../../workspace/errors.js';
import type { Terminal } from '../terminal/terminal.js';

/** Runs a command and exits with its code. */
export type Run = (command: (terminal: Terminal) => Promise<ExitCode>) => Promise<void>;
