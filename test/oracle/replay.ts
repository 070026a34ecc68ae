/**
 * Plays a session that the product shows in the oracle: every decision must match the oracle's, and its end must be as
 * claimed.
 */
import type { Trace, TraceStep } from '../../server/checker/results/result.js';
import type { AlwaysClaim, Arguments, Claim, Policy, WithheldClaim } from '../../server/model/policy/policy.js';
import { readLasting } from '../../server/model/policy/lasting.js';
import type { Call } from '../../server/model/session/session.js';
import { judgedBy, keptView } from './across.js';
import { bystander } from './bystander.js';
import { advanceWork, breaks, isSafety, speaksOf } from './check.js';
import { answer } from './conditions.js';
import * as oracle from './decide.js';
import { same } from './compare.js';
import { completed } from './schema.js';
import { oldestAge } from './sights.js';

/** The problem with the session, in words; undefined if it shows what it should. */
export function wrong(policy: Policy, claim: Claim, trace: Trace): string | undefined {
    return wrongFrom({ session: oracle.start, done: 0 }, 0, policy, claim, trace.steps);
}

interface Played {
    readonly session: oracle.OracleSession;
    /** For `possible`, the number of completed steps. */
    readonly done: number;
}

function wrongFrom(
    played: Played,
    index: number,
    policy: Policy,
    claim: Claim,
    steps: readonly TraceStep[]
): string | undefined {
    const step = steps[index];
    if (step === undefined) {
        if ('condition' in claim) {
            const seconds = [...Array((oldestAge(policy) ?? 0) + 1).keys()];
            return seconds.some((second) => isBrokenAt(policy, claim, oracle.wait(played.session, second)))
                ? undefined
                : 'the claim is not broken at the end, nor later';
        }
        return claim.kind === 'possible' && played.done < claim.steps.length
            ? 'the work is not done at the end'
            : undefined;
    }
    if (step.time < played.session.time) {
        return `step ${index + 1}: the clock goes back`;
    }
    const before = oracle.wait(played.session, step.time - played.session.time);
    const last = index === steps.length - 1;
    const ways = step.kind === 'approve' || step.kind === 'refuse' ? answers(policy, before, step) : undefined;
    if (step.kind === 'event') {
        const outside = policy.outsideEvents.findIndex((event) => event.name === step.tool);
        const session = step.actor === '' ? oracle.begin(before, {}) : oracle.occur(before, outside);
        const added = session.entries.slice(before.entries.length);
        const done = claim.kind === 'possible' ? advanceWork(policy, claim, played.done, session, added) : played.done;
        return wrongFrom({ session, done }, index + 1, policy, claim, steps);
    }
    const submitted = ways === undefined ? submit(policy, claim, before, step, last) : undefined;
    if (typeof submitted === 'string' || ways?.length === 0) {
        return `step ${index + 1}: ${typeof submitted === 'string' ? submitted : 'nobody is asked that'}`;
    }
    if (step.kind === 'approve' && claim.kind === 'possible' && claim.withoutApproval) {
        return `step ${index + 1}: an approval where none may be`;
    }
    const problems = (ways ?? [submitted as oracle.OracleSession]).map((session) => {
        const added = session.entries.slice(before.entries.length);
        const done = claim.kind === 'possible' ? advanceWork(policy, claim, played.done, session, added) : played.done;
        return wrongFrom({ session, done }, index + 1, policy, claim, steps);
    });
    return problems.includes(undefined) ? undefined : problems[0];
}

/** Every call that a human act may refer to: it names the tool and the arguments, but not the caller. */
function answers(policy: Policy, session: oracle.OracleSession, step: TraceStep): oracle.OracleSession[] {
    const human = policy.humans.findIndex((h) => h.name === step.actor);
    const holds = oracle
        .holds(policy, session)
        .filter((open) => isOf(policy, open.call, step) && oracle.asked(policy, open).includes(human));
    return holds.map((hold) =>
        step.kind === 'approve'
            ? oracle.approve(policy, session, hold, human, readLasting(step.valid ?? ''))
            : oracle.refuse(policy, session, hold, human)
    );
}

/** The session after the step, with its call ended as stated; or the problem with the step. */
function submit(
    policy: Policy,
    claim: Claim,
    session: oracle.OracleSession,
    step: TraceStep,
    last: boolean
): oracle.OracleSession | string {
    const call: Call = {
        agent: policy.agents.findIndex((agent) => agent.name === step.actor),
        tool: policy.tools.findIndex((tool) => tool.name === step.tool),
        args: argumentsOf(policy, step)
    };
    const decision = oracle.decide(policy, session, call);
    if (decision.kind === 'waits' || decision.kind !== step.decision || decision.by !== step.by) {
        return `the oracle says ${JSON.stringify(decision)}`;
    }
    const released = oracle.holdOf(policy, session, call) !== undefined && decision.kind === 'allowed';
    if (released !== (step.kind === 'release')) {
        return `a ${step.kind} it is not`;
    }
    const isShown =
        claim.across && !('condition' in claim)
            ? judgedBy(policy, claim, session, call, decision).includes(true)
            : isSafety(claim)
              ? decision.kind === 'allowed' && breaks(policy, claim, session, call)
              : claim.kind !== 'decided' ||
                (speaksOf(policy, claim, session, call) && decision.kind !== claim.decision);
    if (last && !isShown) {
        return 'it does not break the claim';
    }
    const { own } = oracle.viewOf(policy, session, call);
    const after = oracle.submit(policy, session, call, decision);
    return decision.kind === 'allowed' ? oracle.end(after, own, step.outcome ?? 'success') : after;
}

/** True if the claim is broken; for a claim about all sessions, over the kept history too. */
function isBrokenAt(policy: Policy, claim: AlwaysClaim | WithheldClaim, session: oracle.OracleSession): boolean {
    const views = [bystander(policy, session, 0), ...(claim.across ? [keptView(bystander(policy, session, 0))] : [])];
    return views.some((view) => answer(claim.condition, view) !== 'yes');
}

function isOf(policy: Policy, call: Call, step: TraceStep): boolean {
    return policy.tools[call.tool]?.name === step.tool && same(call.args, argumentsOf(policy, step));
}

/** The arguments of a step: a session may omit an argument that has its default; a call includes it. */
function argumentsOf(policy: Policy, step: TraceStep): Arguments {
    const tool = policy.tools.find((candidate) => candidate.name === step.tool);
    return tool === undefined ? step.args : completed(tool, step.args);
}
