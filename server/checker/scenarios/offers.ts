/**
 * The calls that an agent may try at a point of a session, with their decisions: one for each class of calls that no
 * condition distinguishes (`system/argument-classes.ts`), so that every possible decision is represented.
 */
import { allAllowed } from '../questions/own.js';
import { decide } from '../../model/decide.js';
import type { Arguments, Condition, Policy, Reading, Scenario } from '../../model/policy/policy.js';
import type { Call, Decision, SessionState, Waiting } from '../../model/session/session.js';
import { TRUE } from '../../model/policy/truth.js';
import { Budget, tryWithin } from '../limits/budget.js';
import { argumentClasses } from '../system/argument-classes.js';
import { readingsIn, realArguments } from '../reductions/environment/chosen.js';
import type { OfferedEnd, ToolEnds } from './offered-ends.js';
import { endsOf, endsThatMatter } from './offered-ends.js';
import { simplest } from '../arguments/candidates.js';
import { valuesUsed } from './any-arguments.js';
import { limitOf } from '../limits/limits.js';
import { sliceFor } from '../reductions/slice.js';
import { orReason } from '../limits/undecidable.js';

/** The number of calls of a tool that are tried, and the number of calls with the same decision that are offered. */
const MOST_TRIED = 200;
const MOST_ALIKE = 3;

export interface Choices {
    /** The arguments to choose from, simplest first. */
    readonly args: readonly Arguments[];
    /** The reason why some calls with other decisions may be missing, worded to follow a colon. */
    readonly incomplete?: string;
}

export interface OfferedCall extends OfferedEnd {
    readonly args: Arguments;
    /** The values of signals, each the same for all arguments, as written in a scenario. */
    readonly readings: readonly Reading[];
    readonly decision: Decision | Waiting;
}

/** The arguments for the tool; values that the session has used are distinguished from others. */
export function choicesFor(policy: Policy, tool: number, session: Scenario): Choices {
    const { name, params } = policy.tools[tool]!;
    const simple = Object.fromEntries(
        params
            .filter(({ optional, default: usual }) => !optional && usual === undefined)
            .map((param) => [param.name, simplest(param.type)])
    );
    const used: Condition[] = params.flatMap((param) =>
        valuesUsed(session, param).map((value): Condition => ({
            op: 'compare',
            cmp: '==',
            left: { term: 'param', name: param.name },
            right: { term: 'constant', value }
        }))
    );
    const divide = (): Choices => {
        const slice = sliceFor(
            policy,
            allAllowed(
                { name: '', text: name, source: policy.source },
                { tools: policy.tools.map((_, index) => (index === tool ? TRUE : 0)), text: name },
                { op: 'or', args: used }
            )
        );
        const classes = argumentClasses(slice, tool);
        return classes.length > MOST_TRIED
            ? { args: classes.slice(0, MOST_TRIED), incomplete: 'its arguments differ in too many ways' }
            : { args: classes };
    };
    const choices = tryWithin(
        new Budget({ milliseconds: limitOf('argumentsTime') }),
        () => orReason(divide),
        () => 'take too long to distinguish'
    );
    return typeof choices === 'string' ? { args: [simple], incomplete: `its arguments ${choices}` } : choices;
}

/** The possible results of calls of the tool; undefined if they take too long to determine or cannot be determined. */
export function endsFor(policy: Policy, tool: number): ToolEnds | undefined {
    const ends = tryWithin(
        new Budget({ milliseconds: limitOf('argumentsTime') }),
        () => orReason(() => endsOf(policy, tool)),
        () => 'take too long'
    );
    return typeof ends === 'string' ? undefined : ends;
}

/**
 * Some of the calls that the same rules decide in the same way; the first allowed one also comes with its possible
 * results.
 */
export function offersOf(
    policy: Policy,
    state: SessionState,
    agent: number,
    tool: number,
    { args: choices }: Choices,
    ends: ToolEnds | undefined
): OfferedCall[] {
    const alike = new Map<string, OfferedCall[]>();
    const seen = new Set<string>();
    for (const chosen of choices) {
        // The classes also contain the environment's choices, under names that no call can write.
        const args = realArguments(chosen);
        const readings = readingsOf(chosen);
        const written = JSON.stringify([args, readings]);
        if (seen.has(written)) {
            continue;
        }
        seen.add(written);
        const decision = decide(policy, state, { agent, tool, args }, readings);
        const key = JSON.stringify(decision);
        const others = alike.get(key);
        const offer = { args, readings, decision };
        if (!others) {
            const isAllowed = decision.kind === 'allowed' && ends !== undefined;
            alike.set(key, isAllowed ? returning(policy, state, { agent, tool }, offer, ends) : [offer]);
        } else if (others.length < MOST_ALIKE && !(others.length > 1 && hasArguments(others[0]!, args))) {
            alike.set(key, [...others, offer]);
        }
    }
    return [...alike.values()].flat();
}

function hasArguments(offer: OfferedCall, args: Arguments): boolean {
    return JSON.stringify(offer.args) === JSON.stringify(args);
}

/** The call with each result that makes a difference, if any does. */
function returning(
    policy: Policy,
    state: SessionState,
    { agent, tool }: Pick<Call, 'agent' | 'tool'>,
    offer: OfferedCall,
    ends: ToolEnds
): OfferedCall[] {
    const { args, decision } = offer;
    const { name, source } = policy.tools[tool]!;
    const key = JSON.stringify(decision);
    const isDecidedSo = ({ readings }: OfferedEnd): boolean =>
        JSON.stringify(decide(policy, state, { agent, tool, args }, readings)) === key;
    const call = { kind: 'call', agent, tool: name, args, text: '', source } as const;
    const plain = { ...call, readings: offer.readings, expected: 'allowed', outcome: 'success' } as const;
    const all = [...ends.all.filter(isDecidedSo), { readings: offer.readings }];
    const returns = endsThatMatter(policy, state, plain, { ...ends, all });
    return returns.length === 0 ? [offer] : returns.map((end) => ({ args, decision, ...end }));
}

/** The first value of each signal, for any arguments. */
function readingsOf(chosen: Arguments): Reading[] {
    const values = new Map<number, Reading>();
    for (const { signal, value } of readingsIn(chosen)) {
        if (value !== undefined && !values.has(signal)) {
            values.set(signal, { signal, value });
        }
    }
    return [...values.values()];
}
