/**
 * Runs steps of a scenario that have `..` in an argument list: the arguments that are not given are arbitrary. Among
 * calls that no condition distinguishes, only one is tried, as in the checker (`system/argument-classes.ts`). The
 * values that the scenario has used are distinguished too, since the history contains them.
 */
import { allAllowed } from '../questions/own.js';
import type { Arguments, Condition, Param, Policy, Scenario, ScenarioStep, Value } from '../../model/policy/policy.js';
import { TRUE } from '../../model/policy/truth.js';
import { completeValue, misfit, sameValue } from '../../model/values/values.js';
import { argumentClasses } from '../system/argument-classes.js';
import { hasPart } from '../conditions/rewrite.js';
import { sliceFor } from '../reductions/slice.js';
import { orReason } from '../limits/undecidable.js';
import { limitOf } from '../limits/limits.js';

type CallStep = ScenarioStep & { readonly kind: 'call' };

/** The arguments of each call to try, or the reason why they cannot be determined, worded to follow a colon. */
export function argumentsToTry(policy: Policy, step: CallStep, scenario: Scenario): Arguments[] | string {
    const tool = policy.tools.findIndex(({ name }) => name === step.tool);
    const free = policy.tools[tool]!.params.filter(({ name }) => !Object.hasOwn(step.args, name));
    const narrowed: Policy = {
        ...policy,
        tools: policy.tools.map((declared, index) =>
            index === tool ? { ...declared, params: declared.params.map((param) => fixed(param, step.args)) } : declared
        )
    };
    const used: Condition[] = free.flatMap((param) =>
        valuesUsed(scenario, param).map((value) => ({
            op: 'compare',
            cmp: '==',
            left: { term: 'param', name: param.name },
            right: { term: 'constant', value }
        }))
    );
    const slice = sliceFor(
        narrowed,
        allAllowed(
            { name: '', text: step.text, source: step.source },
            { tools: policy.tools.map((_, index) => (index === tool ? TRUE : 0)), text: step.tool },
            { op: 'or', args: used }
        )
    );
    const beyond = slice.policy.rules.find((rule) =>
        [rule.when, ...(rule.kind === 'require' ? [rule.requires] : [])].some((condition) =>
            asksOtherwise(condition, new Set(free.map(({ name }) => name)), policy)
        )
    );
    if (beyond && beyond.subject.tools[tool] !== 0) {
        return `line ${(beyond.usedAt ?? beyond.source).start.line + 1} has a condition on them that cannot be tried`;
    }
    const classes = orReason(() => argumentClasses(slice, tool));
    if (typeof classes === 'string') {
        return `the arguments ${classes}`;
    }
    return classes.length > limitOf('anyArguments')
        ? 'they differ in too many ways'
        : classes.map((args) => ({ ...args, ...step.args }));
}

/** The parameter, restricted to the value that the step gives it. */
function fixed(param: Param, args: Arguments): Param {
    const value = Object.hasOwn(args, param.name) ? args[param.name]! : undefined;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? { name: param.name, type: { kind: 'literals', values: [completed(param, value)] }, optional: false }
        : param;
}

function completed(param: Param, value: string | number | boolean): string | number | boolean {
    return completeValue(param.type, value) as typeof value;
}

/** The values in the scenario that the parameter could have: those of arguments, results, requests and constants. */
export function valuesUsed(scenario: Scenario, { type }: Param): Value[] {
    const values = scenario.steps
        .flatMap(givenIn)
        .flatMap((given) => Object.values(given).flatMap(partsOf))
        .filter((value) => misfit(type, value) === undefined)
        .map((value) => completeValue(type, value));
    return values.filter((value, index) => values.findIndex((other) => sameValue(other, value)) === index);
}

/** The values that a step puts into the session. */
export function givenIn(step: ScenarioStep): Arguments[] {
    switch (step.kind) {
        case 'call':
            return [step.args, step.result ?? {}];
        case 'end':
            return [step.result ?? {}];
        case 'event':
            return [step.args ?? {}];
        case 'says':
            return [step.request];
        case 'session':
            return [step.constants];
        default:
            return [];
    }
}

/** The value itself and all values inside it. */
function partsOf(value: Value): Value[] {
    return typeof value === 'object' && value !== null
        ? [value, ...Object.values(value as Arguments).flatMap(partsOf)]
        : [value];
}

const OUTER: ReadonlySet<string> = new Set([
    'session',
    'request',
    'signal',
    'sum',
    'joined',
    'aggregate',
    'latest',
    'commands',
    'period',
    'instant',
    'now'
]);
const BEYOND: ReadonlySet<string> = new Set(['from', 'redirects', 'command starts with', 'text test']);

/** True if the condition reads a free argument in a way that no list of values can represent. */
function asksOtherwise(condition: Condition, free: ReadonlySet<string>, policy: Policy): boolean {
    return hasPart(condition, (part) => {
        if (!('op' in part) || part.op === 'and' || part.op === 'or' || part.op === 'not') {
            return false;
        }
        const recorder = part.op === 'recorded' ? policy.recorders?.[part.recorder] : undefined;
        const isOther = BEYOND.has(part.op) || recorder?.asked !== undefined;
        return (
            readsFree(part, free) && (isOther || hasPart(part, (inner) => !('op' in inner) && OUTER.has(inner.term)))
        );
    });
}

function readsFree(part: Condition, free: ReadonlySet<string>): boolean {
    return hasPart(part, (inner) => 'term' in inner && inner.term === 'param' && free.has(inner.name));
}
