/**
 * The options that every command has that enforces a policy: proxies, hooks, and the installation of hooks. Clients wait
 * for a hook at each call, so this file imports nothing.
 */

interface Flag {
    readonly text: string;
    /** The name of its value; absent for a flag without one. */
    readonly value?: string;
    readonly default?: string;
}

export const ENFORCE_FLAGS = {
    policy: { value: 'file', text: 'the policy', default: 'policy.guardrail' },
    agent: { value: 'name', text: 'the agent of the policy that calls (default: its only one)' },
    wait: { value: 'seconds', text: 'how long a held call waits for its approval', default: '45' },
    approver: { value: 'human', text: 'the human of the policy that you are (default: its only one)' },
    unverified: { text: 'enforce the policy even if a claim is violated or undecided' },
    observe: { text: 'let every call through, and record what the policy decides' }
} as const satisfies { readonly [name: string]: Flag };

/** The values of the options, as they are written on a command line. */
export interface EnforceFlagValues {
    readonly policy: string;
    readonly agent?: string;
    /** In seconds. */
    readonly wait: string;
    readonly approver?: string;
    readonly unverified?: boolean;
    readonly observe?: boolean;
}

type FlagName = keyof EnforceFlagValues;

/** The flags with their values on the command line, without those that have their default. */
export function wordsOf(values: EnforceFlagValues, without: readonly FlagName[] = []): string[] {
    return (Object.entries(ENFORCE_FLAGS) as [FlagName, Flag][]).flatMap(([name, { default: usual }]) => {
        const value = values[name];
        if (without.includes(name) || value === undefined || value === false || value === usual) {
            return [];
        }
        return value === true ? [`--${name}`] : [`--${name}`, value];
    });
}

/** For `parseArgs` of node. */
export const PARSED_FLAGS = Object.fromEntries(
    (Object.entries(ENFORCE_FLAGS) as [FlagName, Flag][]).map(([name, { value, default: usual }]) => [
        name,
        value === undefined
            ? { type: 'boolean' as const, default: false }
            : { type: 'string' as const, ...(usual !== undefined && { default: usual }) }
    ])
);
