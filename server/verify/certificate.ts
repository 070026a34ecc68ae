/** Checks the certificate of one claim: each choice of values is covered, and each branch is closed for the reason that it names. */
import { CallCases, type Place } from './call.js';
import { Histories, type Step } from './histories.js';
import { historiesIn, literalOf } from './literals.js';
import { anyRelease, boundIn, keptOf, returnOf, stepOf } from './obligations.js';
import { assert, conditionAt, listOf, numberBelow, objectOf, text } from './policy.js';
import type { Claim, Condition, Policy } from './policy.js';
import { only, type Truths } from './truth.js';

/** Throws `Refused` if the certificate does not prove its verdict. Returns the claim. */
export function verify(policy: Policy, data: unknown): Claim {
    const certificate = objectOf(data, 'a certificate');
    const number = numberBelow(certificate['claim'], policy.claims.length, 'the number of the claim');
    const claim = policy.claims[number]!;
    assert(certificate['name'] === claim.name, `claim ${number} of the policy has another name`);
    const verdict = claim.kind === 'possible' ? 'impossible' : 'holds';
    assert(certificate['verdict'] === verdict, 'such a verdict has no such proof');
    const asked = claim.kind === 'always' ? claim.condition : claim.bad;
    const isOfAll = asked && certificate['history'] === undefined && isOfAllSessions(policy, asked);
    assert(claim['across'] !== true || isOfAll, 'a claim about all sessions has no such proof');
    const history = certificate['history'] === undefined ? undefined : new Histories(policy, certificate['history']);
    const proofs = new Proofs(policy, number, history, listOf(certificate['conditions'], 'the list of conditions'));
    proofs.assertKept(claim, listOf(certificate['kept'] ?? [], 'the list of comparisons'));
    if (claim.kind === 'possible') {
        const step = numberBelow(certificate['step'], claim.steps!.length, 'the number of the step');
        proofs.assertNever(stepOf(policy, claim, step), certificate['cases']);
    } else if (claim.kind === 'always') {
        proofs.assertAlways(claim);
    } else {
        proofs.assertNever(claim.kind === 'withheld' ? returnOf(policy, claim) : claim, certificate['cases']);
    }
    if (history) {
        proofs.assertClosed(history, certificate['stopped']);
    }
    return claim;
}

/** The proofs of one certificate. */
class Proofs {
    private readonly states: readonly string[];
    private kept: readonly (readonly [string, Truths])[] = [];

    constructor(
        private readonly policy: Policy,
        private readonly number: number,
        private readonly history: Histories | undefined,
        private readonly places: readonly unknown[]
    ) {
        this.states = history?.states ?? [''];
    }

    /** Throws unless each call that the claim is about has a proof in each state. */
    assertNever(claim: Claim, cases: unknown): void {
        assertProvable(this.policy, claim);
        const covered = this.proven(cases, claim);
        for (const { tool, agent } of callsOf(this.policy, claim)) {
            const open = this.states.find((state) => !covered.has(`${state} ${tool} ${agent}`));
            assert(open === undefined, `no case covers calls of tool ${tool} by agent ${agent} in state "${open}"`);
        }
    }

    /** Throws unless these comparisons are always true, in all that is proven afterwards. */
    assertKept(claim: Claim, comparisons: readonly unknown[]): void {
        this.kept = comparisons.map((data) => {
            const { place, cases } = objectOf(data, 'a comparison');
            const bound = boundIn(this.policy, this.place(place as string, claim).condition);
            this.assertNever(keptOf(this.policy, bound), cases);
            const { key, isNegated } = literalOf(this.policy, bound, 'claim', false);
            return [key, only(isNegated ? 0 : 2)] as const;
        });
    }

    /** Throws unless the condition of the claim is true in each state. */
    assertAlways(claim: Claim): void {
        for (const state of this.states) {
            // No call is being decided.
            const call = new CallCases(this.policy, claim, -1, -1);
            call.chosen = new Map(this.valuesIn(state, -1));
            const isTrue = call.values(claim.condition!, 'claim') === only(2);
            assert(isTrue, `the condition may be false in state "${state}"`);
        }
    }

    /** Throws unless each event leads from each state to one of the states. Calls that are stopped are not released. */
    assertClosed(history: Histories, stopping: unknown): void {
        const known = new Set(this.states);
        const releases = anyRelease(this.policy, this.policy.claims[this.number]!);
        const calls = callsOf(this.policy, releases);
        const stopped = this.proven(stopping, releases);
        const others: Step[] = [{}, { isAnew: true }, ...this.policy.outsideEvents.map((_, outside) => ({ outside }))];
        const always = [...others, ...calls].map((step) => history.effectsOf(step));
        const released = calls.map((call) => ({ call, effects: history.effectsOf({ ...call, isReleased: true }) }));
        for (const state of this.states) {
            const open = released.filter(({ call: { tool, agent } }) => !stopped.has(`${state} ${tool} ${agent}`));
            const effects = [...new Set([...always, ...open.map((one) => one.effects)])];
            const out = effects.find((one) => !history.everyAfter(state, one, (after) => known.has(after)));
            assert(out === undefined, `from state "${state}" an event leads out of the states: ${text(out?.step)}`);
        }
    }

    private valuesIn(state: string, agent: number): (readonly [string, Truths])[] {
        return [...(this.history?.valuesIn(state, agent) ?? []), ...this.kept];
    }

    /** A condition of the rules, of the claim of the certificate, or of what has to be proven for it. */
    private place(pointer: string, of: Claim): Place {
        const [, list, number] = pointer.split('/');
        const isPlace = list === 'rules' || list === 'bad' || pointer.startsWith(`/claims/${this.number}/`);
        assert(isPlace, `${pointer} is neither in a rule nor in the claim`);
        // A result is withheld at the place at which the claim is judged.
        const isOfEnd = list !== 'rules' || this.policy.rules[Number(number)]?.kind === 'withhold';
        const condition = conditionAt(list === 'bad' ? of : this.policy, pointer);
        return { condition, side: isOfEnd ? 'claim' : 'rules' };
    }

    /** Checks each proof, and returns the states and calls with one. */
    private proven(cases: unknown, of: Claim): ReadonlySet<string> {
        const { policy, states } = this;
        const found = new Set<string>();
        const known: Place[] = [];
        const placeOf = (number: unknown): Place => {
            const index = numberBelow(number, this.places.length, 'the number of a condition');
            return (known[index] ??= this.place(String(this.places[index]), of));
        };
        for (const data of listOf(cases, 'the list of cases')) {
            const one = objectOf(data, 'a case');
            const indices = this.history ? listOf(one['states'], 'the states of a case') : [0];
            for (const call of listOf(one['calls'], 'the calls of a case')) {
                const [first, second] = listOf(call, 'a call');
                const tool = numberBelow(first, policy.tools.length, 'the number of a tool');
                const agent = numberBelow(second, policy.agents.length, 'the number of an agent');
                const cases = new CallCases(policy, of, tool, agent, placeOf);
                for (const index of indices) {
                    const state = states[numberBelow(index, states.length, 'the number of a state')]!;
                    cases.chosen = new Map(this.valuesIn(state, agent));
                    cases.close(one['proof']);
                    const size = found.size;
                    assert(found.add(`${state} ${tool} ${agent}`).size > size, 'a call has two proofs');
                }
            }
        }
        return found;
    }
}

/** Refuses claims of which cases over single calls are no proof. */
export function assertProvable(policy: Policy, claim: Claim): void {
    const { kind, decision, subject } = claim;
    const isRelease = ['never', 'requires', 'at most', 'no flow'].includes(kind);
    assert(subject && (isRelease || kind === 'decided'), 'the claim is not about calls');
    const isStricter = (decision ?? 'denied') !== 'denied' && policy.delegations?.some(({ ownRights }) => !ownRights);
    assert(!isStricter, 'agents act for others, which makes decisions stricter (M16)');
    const judged = callsOf(policy, claim);
    const isInner = isRelease && policy.tools.some(({ mayDo }) => judged.some(({ tool }) => mayDo?.[tool]));
    assert(!isInner, 'the claim is also about calls that tools make on their way, whose arguments are unknown (M20)');
}

/** True if a condition reads the same in a session as in all of them: only calls, and history that is of all sessions (M19). */
const isOfAllSessions = (policy: Policy, condition: Condition): boolean =>
    !/"op":"(carries|received|in mode|from)"/.test(text(condition)) &&
    historiesIn(policy, condition).every(({ across }) => across === true);

/** The calls that the claim may be about. */
export function callsOf({ agents, tools }: Policy, { subject }: Claim): { tool: number; agent: number }[] {
    const judged = tools.flatMap((_, tool) => ((subject!.tools[tool] ?? 0) === 0 ? [] : [tool]));
    return judged.flatMap((tool) => agents.map((_, agent) => ({ tool, agent })));
}
