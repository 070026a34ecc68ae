import type { ExitCode } from '../../workspace/errors.js';
import type { Terminal } from '../terminal/terminal.js';

/** Runs a command, writes its output completely, and exits with its code. */
export type Run = (command: (terminal: Terminal) => ExitCode | Promise<ExitCode>) => Promise<void>;
