/** `guardrail hook` and `guardrail gateway install` on the command line. */
import type { Command } from 'commander';
import { CodedError } from '../../../workspace/errors.js';
import type { EnforceFlagValues } from '../gateway/enforce-flags.js';
import { addEnforceFlags, waitingTime } from '../gateway/definition.js';
import type { Run } from '../run.js';

interface InstallFlags extends EnforceFlagValues {
    readonly user?: boolean;
    readonly dryRun?: boolean;
}

const HOOK = `
The event is read from standard input, in the client's form. The gateway of the policy answers; the hook starts it if it
does not run.

Exit codes:
  0  the gateway does not object to the call, or the event is recorded
  1  the event is not recorded
  2  the call must not be made, for the reason on standard error`;

/** The time that clients give a hook: two minutes. */
const MOST_SECONDS = 100;

const CLIENT = 'claude, codex, gemini, opencode, cursor or vscode';

export function defineHook(program: Command, run: Run): void {
    const hook = program
        .command('hook')
        .description('answer the hook of a client from the gateway of a policy')
        .argument('<client>', `${CLIENT}; or \`serve\`: run the gateway here`);
    addEnforceFlags(hook, MOST_SECONDS)
        .addHelpText('after', HOOK)
        .action(async (client: string, flags: EnforceFlagValues) => {
            if (client === 'serve') {
                const { serveHooks } = await import('./serve-hooks.js');
                await run((terminal) => serveHooks(flags, terminal));
            } else {
                // The module reads the command line itself, because clients start it without this program.
                await import('./hook.js');
            }
        });
}

/** @param folder the folder of the program */
export function defineInstall(gateway: Command, run: Run, folder: URL): void {
    addEnforceFlags(
        gateway
            .command('install')
            .description('add the hooks of a policy to the configuration of a client')
            .argument('<client>', CLIENT),
        MOST_SECONDS
    )
        .option('--user', 'in your home folder, for all projects (default: in this folder)')
        .option('--dry-run', 'only show the change')
        .action(async (client: string, _: InstallFlags, command: Command) => {
            const { user = false, dryRun = false, ...flags } = installFlags(command);
            const { install } = await import('./install-hooks.js');
            await run((terminal) => install({ ...flags, client, user, dryRun, folder }, terminal));
        });
    gateway
        .command('uninstall')
        .description('restore the configuration of a client')
        .argument('<client>', CLIENT)
        .option('--user', 'in your home folder')
        .action(async (client: string, { user = false }: InstallFlags) => {
            const { uninstall } = await import('./install-hooks.js');
            await run((terminal) => uninstall({ client, user }, terminal));
        });
}

/**
 * The options of `install`. If `gateway` has an option with the same name, Commander assigns the value to `gateway`,
 * wherever the option is written.
 */
function installFlags(command: Command): InstallFlags {
    const gateway = command.parent!;
    const given = Object.entries(gateway.opts<Record<string, unknown>>()).filter(
        ([name]) => gateway.getOptionValueSource(name) === 'cli'
    );
    for (const [name] of given) {
        if (!command.options.some((option) => option.attributeName() === name)) {
            throw new CodedError(
                'GR902',
                `install has no option for ${name}`,
                'guardrail gateway install --help lists them.'
            );
        }
    }
    const flags = { ...command.opts<InstallFlags>(), ...Object.fromEntries(given) };
    return { ...flags, wait: waitingTime(MOST_SECONDS)(flags.wait) };
}
