/**
 * Writes the condition under which a sink lets a call through, and the claim about it, as expressions for both C and
 * Promela.
 */
import type { Member } from './model.js';
import { maskOf, range } from './model.js';

export interface Names {
    /** The labels that the caller's data carries, as bits. */
    readonly tainted: string;
    /** The bits of the sinks that have an approval; none if held calls are approved. */
    readonly granted: string;
    /** The number of calls an agent has made. */
    readonly called: (agent: number) => string;
}

export interface SinkTexts {
    /** The condition for letting the call through; undefined if it always is. */
    readonly guard?: string;
    /** The claim about a call that was let through. */
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
        // A call that is not clean is held and immediately approved, so it was approved unless the check is missing.
        const isApproved = { hold: '1', shallow: '0', deep: `!(${nearEnd})` }[forgets];
        return { claim: `(${isClean} || ${isApproved})` };
    }
    const claim = `(${isClean} || (${granted} & ${1 << index}))`;
    const guard = { hold: claim, shallow: undefined, deep: `(${claim} || (${nearEnd}))` }[forgets];
    return { claim, ...(guard !== undefined && { guard }) };
}
