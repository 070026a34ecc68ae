/** `guardrail check --watch`: checks, and checks again what a change affects, until it is interrupted. */
import { join, resolve } from 'node:path';
import type { CheckCommandOptions } from '../reported-run.js';
import { CONFIG_NAME, findConfig } from '../../../config/find.js';
import { CodedError, EXIT, type ExitCode } from '../../../../workspace/errors.js';
import { placesOf } from '../../../selection/files.js';
import { interruptible } from '../../../terminal/interrupts.js';
import type { Terminal } from '../../../terminal/terminal.js';
import { Changes } from './changes.js';
import { Rounds } from './rounds.js';

export interface WatchOptions {
    /** The command line and the current configuration. */
    readonly read: (cwd: string) => Promise<CheckCommandOptions>;
    /** The configuration that the command line names. */
    readonly config: string | undefined;
}

export async function watch({ read, config }: WatchOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd } = terminal;
    const options = await read(cwd);
    if (options.format !== 'pretty' && options.format !== 'compact') {
        throw new CodedError(
            'GR902',
            `--watch cannot be used with --format ${options.format}, which is the report of one run`,
            `Write it to a file after each run: --output ${options.format}=FILE.`
        );
    }
    return interruptible(async (ended) => {
        const { folders, files } = placesOf(options.select);
        const settings = [
            config === undefined ? (findConfig(cwd) ?? join(cwd, CONFIG_NAME)) : resolve(cwd, config),
            ...(options.baseline === undefined ? [] : [resolve(cwd, options.baseline)])
        ];
        const changes = new Changes({ folders, files: [...files, ...settings] });
        try {
            const rounds = new Rounds(changes, read, settings, terminal);
            await rounds.first(options, ended);
            await changes.ready();
            while (!ended.aborted) {
                await rounds.next(ended);
                await changes.next(ended);
            }
        } finally {
            await changes.close();
        }
        return EXIT.interrupted;
    });
}
