/**
 * The options shared by all commands that enforce a policy: proxies, hooks, and the installation of hooks. Clients wait
 * for a hook at each call, so this file imports nothing.
 */

interface Flag {
    readonly text: string;
    /** The name of the option's value; absent for a flag without a value. */
    readonly value?: string;
    readonly default?: string;
}

export const ENFORCE_FLAGS = {
    policy: { value: 'file', text: 'the policy', default: 'policy.guardrail' },
    agent: { value: 'name', text: 'the agent of the policy that calls (default: its only one)' },
    wait: { value: 'seconds', text: 'how long a held call waits for its approval', default: '45' },
    approver: { value: 'human', text: 'the human of the policy that you are (default: its only one)' },
    unverified: { text: 'enforce the policy even if a claim is violated or undecided' },
    reload: {
        value: 'sessions',
        text: 'when a changed policy decides: confirmed by a person, or at once for all or for new-sessions',
        default: 'confirmed'
    },
    log: {
        value: 'content',
        text: 'what the log keeps of arguments, results and words: all or digests',
        default: 'all'
    },
    observe: { text: 'let every call through, and record what the policy decides' }
} as const satisfies { readonly [name: string]: Flag };

/** The values of the options, as written on a command line. */
export interface EnforceFlagValues {
    readonly policy: string;
    readonly agent?: string;
    /** In seconds. */
    readonly wait: string;
    readonly approver?: string;
    readonly unverified?: boolean;
    /** `confirmed`, `all` or `new-sessions`; any other text is refused when the policy is read. */
    readonly reload?: string;
    /** `all` or `digests`; any other text is refused when the policy is read. */
    readonly log?: string;
    readonly observe?: boolean;
}

type FlagName = keyof EnforceFlagValues;

/** The options on the command line with their values, without those that have their default values. */
export function wordsOf(values: EnforceFlagValues, without: readonly FlagName[] = []): string[] {
    return (Object.entries(ENFORCE_FLAGS) as [FlagName, Flag][]).flatMap(([name, { default: usual }]) => {
        const value = values[name];
        if (without.includes(name) || value === undefined || value === false || value === usual) {
            return [];
        }
        return value === true ? [`--${name}`] : [`--${name}`, value];
    });
}

/** The options in the form that Node's `parseArgs` expects. */
export const PARSED_FLAGS = Object.fromEntries(
    (Object.entries(ENFORCE_FLAGS) as [FlagName, Flag][]).map(([name, { value, default: usual }]) => [
        name,
        value === undefined
            ? { type: 'boolean' as const, default: false }
            : { type: 'string' as const, ...(usual !== undefined && { default: usual }) }
    ])
);
