/** `guardrail hook serve`: the resident gateway of a policy, which the first hook starts. */
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { privateFolder } from '../../../enforcement/folder.js';
import { EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { Terminal } from '../../terminal/terminal.js';
import { stateFolder } from '../gateway/state-folder.js';
import { CurrentGateway } from './current-gateway.js';
import type { EnforceFlags } from './enforceable.js';
import { HookServer } from './hook-server.js';
import { hookSocket } from './protocol.js';

/** Runs until it is told to stop. The agent of each client comes with its events. */
export async function serveHooks(
    { policy: name, wait, ...flags }: EnforceFlags & { readonly policy: string; readonly wait: string },
    { cwd }: Terminal
): Promise<ExitCode> {
    const file = realpathSync(resolve(cwd, name));
    const path = join(privateFolder(stateFolder(file, cwd, undefined)), 'hooks.jsonl');
    const current = await CurrentGateway.start(file, path, flags);
    const server = new HookServer({ gateway: () => current.get(), patience: Number(wait) * 1000 });
    const listening = await server.listen(hookSocket(file));
    const stop = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
        process.once(signal, () => stop.abort());
    }
    await once(stop.signal, 'abort');
    listening.close();
    await current.close();
    return EXIT.ok;
}
