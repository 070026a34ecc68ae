/** `guardrail hook` and `guardrail gateway install` on the command line. */
import { type Command, Option } from 'commander';
import { CodedError } from '../../../workspace/errors.js';
import type { EnforceFlagValues } from '../gateway/enforce-flags.js';
import { addEnforceFlags, waitingTime } from '../gateway/definition.js';
import { REPORT_FORMATS, type ReportFormat } from '../../reports/formats.js';
import type { Scope } from './installation.js';
import type { Run } from '../run.js';
import { formatOption } from '../../options.js';

interface PlaceFlags {
    readonly user?: boolean;
    readonly managed?: boolean;
}

interface InstallFlags extends EnforceFlagValues, PlaceFlags {
    readonly dryRun?: boolean;
    readonly format: ReportFormat;
}

const STATUS = `
Exit codes:
  0  the policy is enforced for each client that has hooks
  1  the hooks of a client are switched off or changed, or no client has any`;

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
    withPlaces(
        addEnforceFlags(
            gateway
                .command('install')
                .description('add the hooks of a policy to the configuration of a client')
                .argument('<client>', CLIENT),
            MOST_SECONDS
        )
    )
        .option('--dry-run', 'only show the change')
        .addOption(formatOption(REPORT_FORMATS))
        .action(async (client: string, _: InstallFlags, command: Command) => {
            const { user = false, managed = false, dryRun = false, ...flags } = installFlags(command);
            await run(async (terminal) => {
                const { install } = await import('./install-hooks.js');
                return install({ ...flags, client, scope: scopeOf({ user, managed }), dryRun, folder }, terminal);
            });
        });
    withPlaces(
        gateway.command('uninstall').description('restore the configuration of a client').argument('<client>', CLIENT)
    ).action(async (client: string, flags: PlaceFlags) => {
        const { uninstall } = await import('./install-hooks.js');
        await run((terminal) => uninstall({ client, scope: scopeOf(flags) }, terminal));
    });
    gateway
        .command('status')
        .description('show what enforces a policy for the clients of this folder, and what switches it off')
        .argument('[client]', `${CLIENT} (default: all)`)
        .addOption(formatOption(REPORT_FORMATS))
        .addHelpText('after', STATUS)
        .action(async (client: string | undefined, { format }: { readonly format: ReportFormat }) => {
            const { status } = await import('./status.js');
            await run((terminal) => status({ client, format }, terminal));
        });
}

function withPlaces(command: Command): Command {
    return command
        .addOption(
            new Option('--user', 'in your home folder, for all projects (default: in this folder)').conflicts('managed')
        )
        .option('--managed', "in the administrator's configuration, which no other configuration switches off");
}

function scopeOf({ user = false, managed = false }: PlaceFlags): Scope {
    return managed ? 'managed' : user ? 'user' : 'project';
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
