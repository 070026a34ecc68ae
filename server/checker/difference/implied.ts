/**
 * Whether one claim demands at least what another one does, in every session and whatever the rules: an implication that
 * follows from the structure of the two. The order of conditions is that of their values (false, unknown, true), because
 * unknown counts against a claim (M3): a condition implies another one if its value is never greater.
 */
import type {
    CallPattern,
    Claim,
    Comparator,
    Condition,
    EventPattern,
    Monitor,
    Policy,
    Value
} from '../../model/policy/policy.js';
import { TRUE, FALSE } from '../../model/policy/truth.js';
import { plainText } from '../conditions/plain.js';

/**
 * True if every session that satisfies `young` satisfies `old`; both are claims of one policy, such as a merged one. If
 * false, that was not shown.
 */
export function claimsAsMuch({ monitors }: Pick<Policy, 'monitors'>, young: Claim, old: Claim): boolean {
    // A claim of a required pack holds without the assumptions of the policy.
    if (old.isRequired === true && young.isRequired !== true) {
        return false;
    }
    return same(meaningOf(young), meaningOf(old)) || demandsAsMuch(new Order(monitors), young, old);
}

/** A claim without its name, and without what is accepted or expected about it. */
function meaningOf(claim: Claim): unknown {
    return { ...claim, name: '', isRequired: false, acceptable: [] };
}

function demandsAsMuch(order: Order, young: Claim, old: Claim): boolean {
    if (old.kind === 'possible' || old.kind === 'stays possible') {
        return showsAsMuch(young, old);
    }
    // What a claim about all sessions forgives may have happened in an earlier one, so neither kind implies the other.
    if (old.across !== young.across) {
        return false;
    }
    if ('bad' in old) {
        return 'bad' in young && within(old.subject, young.subject) && order.implies(old.bad, young.bad);
    }
    switch (old.kind) {
        case 'decided':
            return (
                young.kind === 'decided' &&
                young.decision === old.decision &&
                within(old.subject, young.subject) &&
                order.implies(old.when, young.when)
            );
        case 'always':
            return young.kind === 'always' && order.implies(young.condition, old.condition);
        case 'withheld':
            return false;
    }
}

/** Work that is shown to be possible sooner, or without a person, is shown to be possible. */
function showsAsMuch(young: Claim, old: Claim): boolean {
    if (young.kind !== old.kind || !('withoutApproval' in young && 'withoutApproval' in old)) {
        return false;
    }
    const rest = (claim: Claim): unknown => ({ ...(meaningOf(claim) as object), window: 0, withoutApproval: true });
    return (
        same(rest(young), rest(old)) &&
        (young.withoutApproval || !old.withoutApproval) &&
        (old.window === undefined || (young.window !== undefined && young.window <= old.window))
    );
}

/** The order of the conditions of one policy. */
class Order {
    constructor(private readonly monitors: readonly Monitor[]) {}

    implies(one: Condition, other: Condition): boolean {
        if (same(one, other)) {
            return true;
        }
        // The parts of a whole that has to be split are tried first, so that no choice is made too early.
        if (one.op === 'or') {
            return one.args.every((arg) => this.implies(arg, other));
        }
        if (other.op === 'and') {
            return other.args.every((arg) => this.implies(one, arg));
        }
        return (
            (one.op === 'and' && one.args.some((arg) => this.implies(arg, other))) ||
            (other.op === 'or' && other.args.some((arg) => this.implies(one, arg))) ||
            (one.op === 'not' && other.op === 'not' && this.implies(other.arg, one.arg)) ||
            this.isBelow(one, other)
        );
    }

    private isBelow(one: Condition, other: Condition): boolean {
        if (one.op === 'constant' || other.op === 'constant') {
            return (one.op === 'constant' && one.value === FALSE) || (other.op === 'constant' && other.value === TRUE);
        }
        const values = valuesOf(one);
        if (values && other.op === 'in') {
            return same(values.term, other.term) && values.all.every((value) => includes(other.values, value));
        }
        switch (one.op) {
            case 'monitor':
                return (
                    other.op === 'monitor' &&
                    this.happensWith(this.monitors[one.monitor]!, this.monitors[other.monitor]!)
                );
            case 'count':
                return (
                    other.op === 'count' &&
                    same({ ...this.monitors[one.monitor]!, cap: 0 }, { ...this.monitors[other.monitor]!, cap: 0 }) &&
                    isNarrower(one.cmp, one.bound, other.cmp, other.bound)
                );
            case 'compare':
                return (
                    other.op === 'compare' &&
                    same(one.left, other.left) &&
                    one.right.term === 'constant' &&
                    other.right.term === 'constant' &&
                    isNarrower(one.cmp, one.right.value, other.cmp, other.right.value)
                );
            case 'starts with':
                return other.op === one.op && same(one.term, other.term) && one.prefix.startsWith(other.prefix);
            case 'host in':
                return (
                    other.op === one.op &&
                    same(one.term, other.term) &&
                    one.hosts.every((host) => other.hosts.includes(host))
                );
            case 'every':
            case 'some':
                return (
                    other.op === one.op &&
                    other.level === one.level &&
                    same(one.list, other.list) &&
                    this.implies(one.arg, other.arg)
                );
            default:
                return false;
        }
    }

    /** True if what the one monitor has seen, the other one has seen as well. */
    private happensWith(one: Monitor, other: Monitor): boolean {
        const rest = ({ kind, keys, from, perAgent }: Monitor): unknown => [kind, keys, from, perAgent];
        return (
            one.kind === 'once' &&
            same(rest(one), rest(other)) &&
            (other.across === true || one.across !== true) &&
            (other.window === undefined || (one.window !== undefined && one.window <= other.window)) &&
            this.isEventWithin(one.event, other.event)
        );
    }

    private isEventWithin(one: EventPattern, other: EventPattern): boolean {
        const rest = ({ status, keys, humans, answers }: EventPattern): unknown => [status, keys, humans, answers];
        return same(rest(one), rest(other)) && within(one, other) && this.implies(one.where, other.where);
    }
}

/** True if the other pattern selects at least the calls of the one. */
function within(one: CallPattern, other: CallPattern): boolean {
    const areIn = (some: CallPattern['agents'], all: CallPattern['agents']): boolean =>
        all === undefined ||
        same(some, all) ||
        (Array.isArray(some) && Array.isArray(all) && some.every((agent) => (all as unknown[]).includes(agent)));
    return (
        one.tools.every((truth, tool) => truth <= other.tools[tool]!) &&
        areIn(one.agents, other.agents) &&
        (one.outside ?? []).every((event) => other.outside?.includes(event) === true)
    );
}

/** The only values for which the condition is true. */
function valuesOf(condition: Condition): { readonly term: unknown; readonly all: readonly Value[] } | undefined {
    if (condition.op === 'in') {
        return { term: condition.term, all: condition.values };
    }
    return condition.op === 'compare' && condition.cmp === '==' && condition.right.term === 'constant'
        ? { term: condition.left, all: [condition.right.value] }
        : undefined;
}

/** True if every number that satisfies the one comparison satisfies the other. */
function isNarrower(cmp: Comparator, bound: Value, otherCmp: Comparator, otherBound: Value): boolean {
    if (typeof bound !== 'number' || typeof otherBound !== 'number') {
        return false;
    }
    switch (otherCmp) {
        case '>':
            return (cmp === '>' && bound >= otherBound) || ((cmp === '>=' || cmp === '==') && bound > otherBound);
        case '>=':
            return (cmp === '>' || cmp === '>=' || cmp === '==') && bound >= otherBound;
        case '<':
            return (cmp === '<' && bound <= otherBound) || ((cmp === '<=' || cmp === '==') && bound < otherBound);
        case '<=':
            return (cmp === '<' || cmp === '<=' || cmp === '==') && bound <= otherBound;
        default:
            return false;
    }
}

function includes(all: readonly Value[], value: Value): boolean {
    return all.some((one) => same(one, value));
}

function same(one: unknown, other: unknown): boolean {
    return plainText(one) === plainText(other);
}
