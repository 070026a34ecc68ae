/**
 * The user's latest words, as history: a condition C on them is true if there was a request with C, and none since;
 * before the first request it is unknown (`no request since a request with C`, with three values). A value in them that
 * is compared with an argument is a key.
 */
import type {
    Condition,
    EventPattern,
    Monitor,
    OutsideEvent,
    Param,
    Policy,
    Term
} from '../../../model/policy/policy.js';
import { FALSE, TRUE, UNKNOWN } from '../../../model/policy/truth.js';
import type { Part } from '../../conditions/rewrite.js';
import { hasPart, rewritten } from '../../conditions/rewrite.js';

/** True if the condition on the latest request can be expressed as history. */
export function isOfRequest(condition: Condition): boolean {
    return asked(condition) !== undefined;
}

export class LatestRequest {
    /** The monitors of the policy, followed by those created so far. */
    readonly monitors: Monitor[];
    /** The outside events of the policy, and the user's requests with their values. */
    readonly outsideEvents: readonly OutsideEvent[];
    private readonly known = new Map<string, number>();
    private readonly says: EventPattern;

    constructor(policy: Policy) {
        this.monitors = [...policy.monitors];
        const text: Param = { name: 'text', type: { kind: 'string' }, optional: true };
        const params = [...(policy.request ?? []).map((param) => ({ ...param, optional: true })), text];
        const isSays = ({ special }: OutsideEvent): boolean => special === 'user says';
        const { outsideEvents, source } = policy;
        const says: OutsideEvent = { name: 'user says', special: 'user says', source };
        const all = outsideEvents.some(isSays) ? outsideEvents : [...outsideEvents, says];
        this.outsideEvents = all.map((event) => (isSays(event) ? { ...event, params } : event));
        this.says = {
            tools: policy.tools.map(() => FALSE),
            outside: [all.findIndex(isSays)],
            status: 'succeeded',
            where: ALWAYS,
            text: 'user says'
        };
    }

    close<T>(data: T): T {
        return rewritten(data, (part) => this.replaced(part));
    }

    private replaced(part: Part): Part | undefined {
        const of = 'op' in part ? asked(part) : undefined;
        if (!of) {
            return undefined;
        }
        const { where, key } = of;
        const heard = this.monitor({ kind: 'once', event: this.says, text: 'once user says', perAgent: false });
        const latest = this.monitor({
            kind: 'no since',
            event: this.says,
            from: { ...this.says, where, ...(key && { keys: [key.field] }) },
            ...(key && { keys: [{ term: 'param', name: key.param }] }),
            text: 'what the user said last',
            perAgent: false
        });
        const isSo: Condition = {
            op: 'or',
            args: [
                latest,
                {
                    op: 'and',
                    args: [
                        { op: 'not', arg: heard },
                        { op: 'constant', value: UNKNOWN }
                    ]
                }
            ]
        };
        return key?.isNegated ? { op: 'not', arg: isSo } : isSo;
    }

    private monitor(monitor: Monitor): Condition {
        const key = JSON.stringify(monitor);
        const index = this.known.get(key) ?? this.monitors.push(monitor) - 1;
        this.known.set(key, index);
        return { op: 'monitor', monitor: index };
    }
}

const ALWAYS: Condition = { op: 'constant', value: TRUE };

interface RequestCondition {
    /** The condition on the event that represents the user's words, with their fields as arguments. */
    readonly where: Condition;
    /** The field that is compared with a parameter of the call. */
    readonly key?: { readonly field: string; readonly param: string; readonly isNegated: boolean };
}

const LOGIC: ReadonlySet<string> = new Set(['and', 'or', 'not', 'constant']);

function asked(condition: Condition): RequestCondition | undefined {
    if (LOGIC.has(condition.op) || !hasPart(condition, isRequest)) {
        return undefined;
    }
    const key = keyOf(condition);
    if (key) {
        return { where: ALWAYS, key };
    }
    const where = rewritten(condition, (part) => {
        const field = 'op' in part ? undefined : fieldOf(part);
        return field === undefined ? undefined : { term: 'param', name: field };
    });
    // The condition must not read anything else of the call or the environment.
    const isAlone =
        !hasPart(where, (part) => !('op' in part) && !INSIDE.has(part.term)) &&
        !hasPart(condition, (part) => !('op' in part) && part.term === 'param') &&
        !hasPart(condition, (part) => 'op' in part && OTHERS.has(part.op));
    return isAlone ? { where } : undefined;
}

/** The terms that a condition on values may read in addition to arguments. */
const INSIDE: ReadonlySet<Term['term']> = new Set([
    'constant',
    'param',
    'host',
    'length',
    'bytes',
    'field',
    'part',
    'entries',
    'element'
]);
/** The conditions that depend on more than values. */
const OTHERS: ReadonlySet<Condition['op']> = new Set([
    'monitor',
    'count',
    'carries',
    'received',
    'approved by',
    'recorded',
    'in mode',
    'from',
    'time in',
    'day in',
    'date in',
    'given',
    'caller is',
    'tool is'
]);

function keyOf(condition: Condition): RequestCondition['key'] {
    if (condition.op !== 'compare' || (condition.cmp !== '==' && condition.cmp !== '!=')) {
        return undefined;
    }
    const { left, right, cmp } = condition;
    const [of, other] = fieldOf(left) === undefined ? [right, left] : [left, right];
    const field = fieldOf(of);
    return field !== undefined && other.term === 'param'
        ? { field, param: other.name, isNegated: cmp === '!=' }
        : undefined;
}

function fieldOf(term: Term): string | undefined {
    return term.term === 'field' && term.of.term === 'request' ? term.field : undefined;
}

function isRequest(part: Part): boolean {
    return !('op' in part) && part.term === 'request';
}
