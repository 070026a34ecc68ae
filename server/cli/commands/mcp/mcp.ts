/** `guardrail mcp`: the tools for assistants, over the Model Context Protocol. */
import { EXIT, type ExitCode } from '../../../workspace/errors.js';
import { WorkerToolHost } from './tool-host.js';
import { serveMcp } from './serve.js';
import type { Terminal } from '../../terminal/terminal.js';

/** @param folder the folder of the program */
export async function mcp(folder: URL, { cwd, version, isDebugging, writeError }: Terminal): Promise<ExitCode> {
    await serveMcp({
        version,
        folder,
        host: new WorkerToolHost(folder, cwd),
        onError: (error) => {
            if (isDebugging) {
                writeError(`${error.stack ?? error.message}\n`);
            }
        }
    });
    return EXIT.ok;
}
