/** What a sink asks before it lets a call through, and what is claimed of it, as expressions that C and Promela share. */
import type { Member } from './model.js';
import { maskOf, range } from './model.js';

export interface Names {
    /** The labels that the caller's data carries, as bits. */
    readonly tainted: string;
    /** The sinks that have an approval, as bits; none where held calls are approved. */
    readonly granted: string;
    /** How often an agent has called. */
    readonly called: (agent: number) => string;
}

export interface SinkTexts {
    /** The call is let through; absent: always. */
    readonly guard?: string;
    /** What is claimed of a call that was let through. */
    readonly claim: string;
}

export function sinkTexts(member: Member, index: number, { tainted, granted, called }: Names): SinkTexts {
    const { encoding, variant, sinks, agents, calls, inventory } = member;
    const isClean = `((${tainted} & ${maskOf(inventory[index]!.forbidden!)}) == 0)`;
    const forgets = index === sinks - 1 ? variant : 'hold';
    const nearEnd = range(agents)
        .map((agent) => `${called(agent)} >= ${calls - 1}`)
        .join(' && ');
    if (encoding === 'held') {
        // What is not clean is held, and approved there and then; it was approved unless the check was forgotten.
        const isApproved = { hold: '1', shallow: '0', deep: `!(${nearEnd})` }[forgets];
        return { claim: `(${isClean} || ${isApproved})` };
    }
    const claim = `(${isClean} || (${granted} & ${1 << index}))`;
    const guard = { hold: claim, shallow: undefined, deep: `(${claim} || (${nearEnd}))` }[forgets];
    return { claim, ...(guard !== undefined && { guard }) };
}
