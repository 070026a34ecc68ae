/**
 * A bound that each counted event keeps is kept at all times: if no call with a positive amount is released where the total and
 * that amount exceed it, the total alone never does (by induction over the releases, from a total of 0; time only makes it
 * smaller).
 */
import type { CallPattern, Condition, Policy, Term } from '../../model/policy/policy.js';
import { FALSE, mayBe } from '../../model/policy/truth.js';
import type { ReleaseQuestion } from '../questions/question.js';
import type { Atom } from './atoms.js';
import type { Relation } from './truth-sets.js';

/**
 * Where an amount is not positive, a total and this amount do not exceed such a bound.
 *
 * @param isSettled whether the rules alone settle a question
 */
export function boundRelation(
    policy: Policy,
    a: Atom,
    b: Atom,
    isSettled: (question: ReleaseQuestion) => boolean
): Relation | undefined {
    const { condition } = b;
    if (!a.amount || b.amount?.bound !== 0 || !b.amount.isMore || a.side !== b.side) {
        return undefined;
    }
    const { term } = a.amount;
    const isOfBoth = (total: Term, amount: Term): boolean =>
        total.term === 'aggregate' &&
        JSON.stringify(amount) === b.amount!.of &&
        isNeverExceeded(policy, total.recorder, a, condition, isSettled);
    const isKept =
        term.term === 'sum' && !term.minus && (isOfBoth(term.left, term.right) || isOfBoth(term.right, term.left));
    return isKept ? (exceeds, isPositive) => isPositive !== FALSE || exceeds === FALSE : undefined;
}

/** The bounds that were asked for, and whether they are never exceeded. */
const known = new WeakMap<Policy, Map<string, boolean>>();

function isNeverExceeded(
    policy: Policy,
    recorder: number,
    exceeds: Atom,
    isPositive: Condition,
    isSettled: (question: ReleaseQuestion) => boolean
): boolean {
    const { kind, event, from, keys = [], sameCall, asked, value, bounds } = policy.recorders![recorder]!;
    const isPlain = kind === 'total' && !from && keys.length === 0 && !sameCall && !asked && !event.outside;
    const isOfReleases = event.status === 'released' || event.status === 'succeeded';
    const isOfAmount = JSON.stringify(value) === JSON.stringify('left' in isPositive ? isPositive.left : undefined);
    if (
        !isPlain ||
        !isOfReleases ||
        !isOfAmount ||
        (bounds?.min ?? -1) < 0 ||
        readsMore(policy) ||
        typeof event.agents === 'string'
    ) {
        return false;
    }
    const ofPolicy = known.get(policy) ?? new Map<string, boolean>();
    known.set(policy, ofPolicy);
    const found = ofPolicy.get(exceeds.key);
    if (found === undefined) {
        // The question itself is settled without its answer.
        ofPolicy.set(exceeds.key, false);
        const { tools, agents } = event;
        const subject: CallPattern = { tools, text: event.text, ...(agents && { agents }) };
        const bad: Condition = { op: 'and', args: [isPositive, exceeds.condition] };
        const words = { vacuous: '', although: '', unjudged: '', untriggered: '' };
        const { text, source } = { text: event.text, source: policy.source };
        ofPolicy.set(
            exceeds.key,
            startsBelow(exceeds) &&
                isSettled({ goal: 'release', name: text, text, source, premises: [], words, subject, bad })
        );
    }
    return ofPolicy.get(exceeds.key)!;
}

/** True if the atom is the comparison itself, not its opposite, and a total of 0 does not exceed the bound. */
function startsBelow({ condition }: Atom): boolean {
    if (condition.op !== 'compare' || condition.right.term !== 'constant') {
        return false;
    }
    const bound = Number(condition.right.value);
    return condition.cmp === '>' ? bound >= 0 : condition.cmp === '>=' && bound > 0;
}

/** True if calls that run at the same time, or calls inside others, may count differently. */
function readsMore({ tools, monitors, recorders = [] }: Policy): boolean {
    const events = [...monitors, ...recorders].flatMap(({ event, from }) => (from ? [event, from] : [event]));
    return tools.some(({ mayDo }) => mayDo?.some(mayBe)) || events.some(({ status }) => status === 'running');
}
