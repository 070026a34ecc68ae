/** `guardrail hook` and `guardrail gateway install` on the command line. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CodedError } from '../../../workspace/errors.js';
import type { Run } from '../run.js';

interface HookFlags {
    readonly policy: string;
    /** In seconds. */
    readonly wait: string;
    readonly agent?: string;
    readonly approver?: string;
    readonly unverified?: boolean;
    readonly observe?: boolean;
}

interface InstallFlags extends HookFlags {
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

const CLIENT = 'claude, codex, gemini, opencode, cursor or vscode';

export function defineHook(program: Command, run: Run): void {
    const hook = program
        .command('hook')
        .description('answer the hook of a client from the gateway of a policy')
        .argument('<client>', `${CLIENT}; or \`serve\`: run the gateway here`);
    addPolicyOptions(hook)
        .addHelpText('after', HOOK)
        .action(async (client: string, flags: HookFlags) => {
            if (client === 'serve') {
                const { serveHooks } = await import('./serve-hooks.js');
                await run((terminal) => serveHooks(flags, terminal));
            } else {
                // The module reads the command line itself: clients start it without this program.
                await import('./hook.js');
            }
        });
}

/** @param folder the folder of the program */
export function defineInstall(gateway: Command, run: Run, folder: URL): void {
    addPolicyOptions(
        gateway
            .command('install')
            .description('add the hooks of a policy to the configuration of a client')
            .argument('<client>', CLIENT)
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

function addPolicyOptions(command: Command): Command {
    return command
        .addOption(new Option('--policy <file>', 'the policy').default('policy.guardrail'))
        .option('--agent <name>', 'the agent of the policy that the client is (default: its only one)')
        .addOption(
            new Option('--wait <seconds>', 'how long a held call waits for a person')
                .argParser(waitingTime)
                .default('45')
        )
        .option('--approver <human>', 'the human of the policy that you are (default: its only one)')
        .option('--unverified', 'enforce the policy even if its check finds something')
        .option('--observe', 'decide and record, and let every call through');
}

function waitingTime(text: string): string {
    if (!/^\d+$/.test(text) || Number(text) > 100) {
        // Clients give a hook two minutes.
        throw new InvalidArgumentError('It is a number of seconds, at most 100.');
    }
    return text;
}

/**
 * The options of `install`. Commander gives those with which `gateway` also has an option to `gateway`, wherever they
 * stand.
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
    // `gateway` has its time in milliseconds.
    return typeof flags.wait === 'number' ? { ...flags, wait: waitingTime(String(flags.wait / 1000)) } : flags;
}
