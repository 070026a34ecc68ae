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
    const [exceeding, positive] = [a.amount, b.amount];
    if (!exceeding || !startsBelow(exceeding) || positive?.bound !== 0 || !positive.isMore || a.side !== b.side) {
        return undefined;
    }
    const { term } = exceeding;
    const isOfBoth = (total: Term, amount: Term): boolean =>
        total.term === 'aggregate' &&
        JSON.stringify(amount) === positive.of &&
        isNeverExceeded(policy, total.recorder, [exceeding, positive], isSettled);
    const isKept =
        term.term === 'sum' && !term.minus && (isOfBoth(term.left, term.right) || isOfBoth(term.right, term.left));
    return isKept ? (exceeds, isPositive) => isPositive !== FALSE || exceeds === FALSE : undefined;
}

/** The bounds that were asked for, and whether they are never exceeded. */
const known = new WeakMap<Policy, Map<string, boolean>>();

function isNeverExceeded(
    policy: Policy,
    recorder: number,
    [exceeding, positive]: readonly [Amount, Amount],
    isSettled: (question: ReleaseQuestion) => boolean
): boolean {
    const { kind, event, from, keys = [], sameCall, asked, value, bounds } = policy.recorders![recorder]!;
    const isPlain = kind === 'total' && !from && keys.length === 0 && !sameCall && !asked && !event.outside;
    const isOfReleases = event.status === 'released' || event.status === 'succeeded';
    const isOfAmount = JSON.stringify(value) === positive.of;
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
    const { of, bound, isMore } = exceeding;
    const key = [of, bound, isMore].join(' ');
    const found = ofPolicy.get(key);
    if (found === undefined) {
        // The question itself is settled without its answer.
        ofPolicy.set(key, false);
        const { tools, agents } = event;
        const subject: CallPattern = { tools, text: event.text, ...(agents && { agents }) };
        const bad: Condition = { op: 'and', args: [meantBy(positive), meantBy(exceeding)] };
        const words = { vacuous: '', although: '', unjudged: '', untriggered: '' };
        const { text, source } = { text: event.text, source: policy.source };
        ofPolicy.set(key, isSettled({ goal: 'release', name: text, text, source, premises: [], words, subject, bad }));
    }
    return ofPolicy.get(key)!;
}

type Amount = NonNullable<Atom['amount']>;

/** The comparison that holds when the atom is true. The atom may come from the opposite comparison. */
function meantBy({ term, bound, isMore }: Amount): Condition {
    return { op: 'compare', cmp: isMore ? '>' : '>=', left: term, right: { term: 'constant', value: bound } };
}

/** True if a total of 0 does not exceed the bound. */
function startsBelow({ bound, isMore }: Amount): boolean {
    return isMore ? bound >= 0 : bound > 0;
}

/** True if calls that run at the same time, or calls inside others, may count differently. */
function readsMore({ tools, monitors, recorders = [] }: Policy): boolean {
    const events = [...monitors, ...recorders].flatMap(({ event, from }) => (from ? [event, from] : [event]));
    return tools.some(({ mayDo }) => mayDo?.some(mayBe)) || events.some(({ status }) => status === 'running');
}
