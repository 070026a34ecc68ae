/**
 * Calls that the inventory refuses (M4): a hijacked agent may send arguments that no tool accepts. Their only effect is
 * that they were attempted and denied, so they matter only if a pattern refers to that.
 */
import { someSession } from '../questions/own.js';
import type { Effect } from '../../model/events/effects.js';
import { effectOf } from '../../model/events/effects.js';
import type { Arguments, Tool } from '../../model/policy/policy.js';
import type { Call } from '../../model/session/session.js';
import { mayBe } from '../../model/policy/truth.js';
import { completeArguments, readableArguments } from '../../model/values/values.js';
import type { Act } from '../traces/steps.js';
import { argumentClasses } from './argument-classes.js';
import { patternsOf } from '../conditions/walk.js';
import {
    chosenArguments,
    isChosen,
    isOfResult,
    readingsIn,
    realArguments,
    realParams
} from '../reductions/environment/chosen.js';
import type { Slice } from '../reductions/slice.js';
import { transitionsOf } from '../reductions/slice.js';
import { isSum } from '../conditions/sum-monitor.js';
import { NOW } from './timing.js';
import { undeclaredArgument } from './unfit.js';

export interface Refusal {
    readonly act: Act & { readonly kind: 'submit' };
    /** The call, with the environment's choices. Assumptions about the agent apply to it (M26). */
    readonly call: Call;
    readonly effect: Effect;
}

/** One refused call for each agent, tool and kind of arguments that patterns can distinguish. Throws `Undecidable`. */
export function refusalsOf(slice: Slice): Refusal[] {
    const { ground } = slice;
    const patterns = [
        ...ground.monitors.flatMap(patternsOf),
        ...transitionsOf(ground).map(({ event }) => event)
    ].filter(({ status }) => status === 'attempted' || status === 'denied');
    const assumptions = slice.policy.assumptions ?? [];
    const seen = new Set<string>();
    return slice.tools.flatMap((tool) => {
        if (!patterns.some(({ tools }) => mayBe(tools[tool]!))) {
            return [];
        }
        return ground.agents.flatMap((_, agent) =>
            spoiltArguments(slice, tool).flatMap((args): Refusal[] => {
                const call = { agent, tool, args };
                const declared = ground.tools[tool]!;
                const made = { ...call, args: realArguments(args) };
                const params = realParams(declared.params);
                const problem = completeArguments({ params }, made.args);
                // The history has only what fits of the arguments; the environment's choices are in them, too.
                const kept = { ...call, args: { ...chosenArguments(args), ...readableArguments(params, made.args) } };
                const event = {
                    id: 0,
                    call: kept,
                    time: NOW,
                    attempted: true,
                    denied: true,
                    held: false,
                    released: false
                };
                const effect = effectOf(ground, event);
                // Assumptions may distinguish events with the same effect.
                const isAssumed = assumptions.some(({ kind, index }) => kind === 'agent' && index === agent);
                const key = JSON.stringify([effect, isAssumed && [agent, tool, args]]);
                if (problem.ok || seen.has(key)) {
                    return [];
                }
                seen.add(key);
                const decision = { kind: 'denied', by: 'inventory', rules: [], problem: problem.problem } as const;
                const readings = readingsIn(args);
                const act = { kind: 'submit', call: made, decision, ...(readings.length > 0 && { readings }) } as const;
                return [{ act, call, effect }];
            })
        );
    });
}

/**
 * Arguments of every kind that the patterns can distinguish, made invalid by an argument that the tools do not declare.
 * Any other argument may be absent or of any type.
 */
function spoiltArguments(slice: Slice, tool: number): Arguments[] {
    const declared = slice.policy.tools[tool]!;
    const { succeeds: _succeeds, ...unanswered } = declared;
    const loose: Tool = {
        ...unanswered,
        conditionalReads: [],
        params: declared.params
            .filter(({ name }) => !isOfResult(name))
            .map((param) =>
                isChosen(param.name) ? param : { name: param.name, type: { kind: 'any' }, optional: true }
            )
    };
    const loosened: Slice = {
        ...slice,
        question: NO_CLAIM,
        policy: {
            ...slice.policy,
            rules: [],
            tools: slice.policy.tools.map((one, i) => (i === tool ? loose : one)),
            // Refused calls are never summed.
            monitors: slice.policy.monitors.filter((monitor) => !isSum(monitor))
        },
        ground: { ...slice.ground, rules: [] }
    };
    return argumentClasses(loosened, tool).map((args) => ({ ...args, ...undeclaredArgument(declared) }));
}

/** A claim without conditions. */
const NO_CLAIM = someSession(
    { name: '', text: '', source: { uri: '', start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } },
    []
);
