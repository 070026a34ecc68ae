/** The search for the certificate of one claim: its proofs in each state of the histories that it follows. */
import { CallCases } from '../verify/call.js';
import { assertProvable, callsOf } from '../verify/certificate.js';
import { type Effects, Histories, type Step } from '../verify/histories.js';
import { literalOf } from '../verify/literals.js';
import { areExcluded } from '../verify/relations.js';
import { anyRelease, boundIn, keptOf, returnOf, stepOf } from '../verify/obligations.js';
import type { Claim, Json, Policy } from '../verify/policy.js';
import { only, type Truths, type Value, VALUES } from '../verify/truth.js';
import type { Case, Cell, Certificate, Kept, Proof } from './format.js';
import { unlessRefused } from './refusals.js';
import { Numbers, type Place, placesOfClaim, placesOfRule } from './places.js';
import { areNear, type Open, Reasons, Tree } from './tree.js';
import { spend, type Work } from './work.js';

/** The number of cases in the proof of one claim: a larger proof would not be written. */
const MOST_CASES = 5_000;

/** The number of states of one proof. */
const MOST_STATES = 300;

/** The number of cases that are tried to show that the rules stop a call. */
const MOST_STOPPING = 60;

interface Caller {
    readonly tool: number;
    readonly agent: number;
}

export class Search {
    private readonly numbers = new Numbers();
    private readonly size = { left: MOST_CASES };
    /** For each tool, what is known of values that exclude each other. */
    private readonly excluded: Map<string, boolean>[] = [];
    /** The values of what is always so. */
    private readonly always = new Map<string, Truths>();
    private readonly claim: Claim;
    private readonly callers: readonly Caller[];
    private readonly history: Histories | undefined;
    private readonly states: string[];

    /** @param cells what the proof follows; none if it is the same after every history */
    constructor(
        private readonly policy: Policy,
        private readonly number: number,
        private readonly cells: readonly Cell[],
        private readonly work: Work
    ) {
        this.claim = policy.claims[number]!;
        this.callers = callsOf(policy, anyRelease(policy, this.claim));
        this.history = cells.length > 0 ? new Histories(policy, { cells: cells as unknown as Json[] }) : undefined;
        this.states = [...(this.history?.states ?? [''])];
    }

    /** What the certificate says besides its claim; undefined if these histories do not settle it, or the proof would be too large. */
    proof(): Omit<Certificate, 'claim' | 'name' | 'verdict'> | undefined {
        const stopped = this.history ? this.closed(this.history) : [];
        const proven = stopped && this.proven();
        return (
            proven &&
            withConditions(this.numbers.all, {
                ...(this.history && { history: { cells: this.cells, states: this.states }, stopped }),
                ...proven
            })
        );
    }

    private proven(): Pick<Certificate, 'cases' | 'step' | 'kept'> | undefined {
        const { claim, policy } = this;
        if (claim.kind === 'possible') {
            const found = claim.steps!.flatMap((_, step) => {
                const cases = this.casesOf(() => stepOf(policy, claim, step), '');
                return cases ? [{ step, cases }] : [];
            });
            return found[0];
        }
        const pointer = `/claims/${this.number}`;
        if (claim.kind === 'always') {
            return { kept: this.kept(pointer) };
        }
        if (claim.kind === 'withheld') {
            const cases = this.casesOf(() => returnOf(policy, claim), '');
            return cases && { cases };
        }
        const found = this.casesOf(() => claim, pointer);
        const kept = found || this.history ? [] : this.kept(pointer);
        const cases = kept.length > 0 ? this.casesOf(() => claim, pointer) : found;
        return cases && { cases, ...(kept.length > 0 && { kept }) };
    }

    /** The comparisons of the claim that are always true, or that would be if its bounds held for totals alone. */
    private kept(pointer: string): Kept[] {
        const { policy, claim } = this;
        const found = placesOfClaim(claim, pointer).flatMap(({ condition, pointer: place }) => {
            const bound = boundIn(policy, condition);
            const cases = this.casesOf(() => keptOf(policy, bound), '');
            return cases ? [{ bound, kept: { place, cases } }] : [];
        });
        for (const { bound } of found) {
            const { key, isNegated } = literalOf(policy, bound, 'claim', false);
            this.always.set(key, only(isNegated ? 0 : 2));
            this.excluded.length = 0;
        }
        return found.map((one) => one.kept);
    }

    /** The proofs for all calls that a claim is about, in all states. */
    private casesOf(derive: () => Claim, pointer: string): Case[] | undefined {
        const claim = this.provable(derive);
        const cases = new Cases();
        for (const caller of claim ? callsOf(this.policy, claim) : []) {
            const prove = this.proverOf(claim!, pointer, caller, () => this.size);
            for (const [index, state] of this.states.entries()) {
                const proof = prove(state);
                if (!proof) {
                    return undefined;
                }
                cases.add(index, caller, proof);
            }
        }
        return claim && cases.all(this.history !== undefined);
    }

    private provable(derive: () => Claim): Claim | undefined {
        return unlessRefused(() => {
            const claim = derive();
            assertProvable(this.policy, claim);
            return claim;
        });
    }

    /** Finds every state; undefined if there are too many. Calls that the rules stop lead to none. */
    private closed(history: Histories): Case[] | undefined {
        const { states, policy } = this;
        const known = new Set(states);
        const reach = (state: string, effects: Effects): boolean =>
            history.everyAfter(state, effects, (after) => {
                spend(this.work);
                if (!known.has(after)) {
                    known.add(after);
                    states.push(after);
                }
                return true;
            });
        const others: Step[] = [{}, { isAnew: true }, ...policy.outsideEvents.map((_, outside) => ({ outside }))];
        const always = new Set([...others, ...this.callers].map((step) => history.effectsOf(step)));
        const stopping = anyRelease(policy, this.claim);
        // Most calls do no more when they are released than time does when it passes.
        const released = this.callers.flatMap((caller) => {
            const effects = history.effectsOf({ ...caller, isReleased: true });
            let prover: ReturnType<Search['proverOf']> | undefined;
            const stop = (state: string): Proof | undefined =>
                (prover ??= this.proverOf(stopping, '', caller, () => ({ left: MOST_STOPPING })))(state);
            return always.has(effects) ? [] : [{ caller, effects, stop }];
        });
        const stopped = new Cases();
        for (let index = 0; index < states.length; index++) {
            const state = states[index]!;
            always.forEach((effects) => reach(state, effects));
            const reached = new Set<Effects>();
            for (const { caller, effects, stop } of released) {
                const isKnown = reached.has(effects) || history.everyAfter(state, effects, (after) => known.has(after));
                const proof = isKnown ? undefined : stop(state);
                if (proof) {
                    stopped.add(index, caller, proof);
                } else if (!reached.has(effects)) {
                    reached.add(effects);
                    reach(state, effects);
                }
            }
            if (states.length > MOST_STATES) {
                return undefined;
            }
        }
        return stopped.all(true);
    }

    /** Returns a function that finds the proof for calls in a state. */
    private proverOf(
        claim: Claim,
        pointer: string,
        { tool, agent }: Caller,
        size: () => { left: number }
    ): (state: string) => Proof | undefined {
        const { history, policy } = this;
        const call = new CallCases(policy, claim, tool, agent);
        const openAt = (place: Place): Open => ({ place, literal: call.literal(place) });
        const asked = placesOfClaim(claim, pointer).map(openAt);
        const rules = new Map(
            [...call.rules].map(([number, { rule }]) => {
                const reads = placesOfRule(policy, number).map(openAt);
                return [number, { kind: rule.kind, reads }] as const;
            })
        );
        // The rules that have something to do with the claim, unless the claim was derived from what they should do.
        const near = [...rules.values()].filter(
            ({ reads: opens }) =>
                history ||
                asked.length === 0 ||
                pointer === '' ||
                opens.some((one) => asked.some((other) => this.areRelated(one, other, tool)))
        );
        const keys = new Set<string>();
        const isFirst = ({ literal: { key } }: Open): boolean => !keys.has(key) && Boolean(keys.add(key));
        const [ofClaim, ofRules] = [asked.filter(isFirst), near.flatMap(({ reads }) => reads).filter(isFirst)];
        const reasons = new Reasons(claim, asked, rules);
        const known = this.excluded[tool] ?? new Map<string, boolean>();
        this.excluded[tool] = known;
        return (state) => {
            call.chosen = new Map([...(history?.valuesIn(state, agent) ?? []), ...this.always]);
            return new Tree(call, reasons, this.numbers, size(), this.work, known).proof(ofClaim, ofRules);
        };
    }

    private areRelated({ literal: a }: Open, { literal: b }: Open, tool: number): boolean {
        const { params } = this.policy.tools[tool]!;
        const exclude = (first: Value, second: Value): boolean =>
            areExcluded(
                this.policy,
                [
                    [a, first],
                    [b, second]
                ],
                params
            );
        return areNear(a, b) || VALUES.some((first) => VALUES.some((second) => exclude(first, second)));
    }
}

/** Adds the conditions that the proofs name, numbered accordingly: the search tried others, too. */
function withConditions<T>(all: readonly string[], proofs: T): T & { readonly conditions: readonly string[] } {
    const numbered = (of: (number: number) => number): T =>
        JSON.parse(JSON.stringify(proofs), (key, value: unknown) =>
            key === 'condition'
                ? of(value as number)
                : key === 'excludes'
                  ? (value as readonly number[]).map((number) => of(number))
                  : value
        ) as T;
    const named = new Set<number>();
    numbered((number) => (named.add(number), number));
    const kept = [...named].sort((a, b) => a - b);
    return { conditions: kept.map((number) => all[number]!), ...numbered((number) => kept.indexOf(number)) };
}

/** The proofs of one kind: those that are alike are one case. */
class Cases {
    private readonly found = new Map<string, { readonly proof: Proof; readonly calls: Map<string, number[]> }>();

    add(state: number, { tool, agent }: Caller, proof: Proof): void {
        const text = JSON.stringify(proof);
        const same = this.found.get(text) ?? { proof, calls: new Map<string, number[]>() };
        this.found.set(text, same);
        const call = JSON.stringify([tool, agent]);
        same.calls.set(call, [...(same.calls.get(call) ?? []), state]);
    }

    /** @param isOfStates true if the cases name their states */
    all(isOfStates: boolean): Case[] {
        return [...this.found.values()].flatMap(({ proof, calls }) => {
            const byStates = new Map<string, [number, number][]>();
            for (const [call, states] of calls) {
                const text = JSON.stringify(states);
                byStates.set(text, [...(byStates.get(text) ?? []), JSON.parse(call) as [number, number]]);
            }
            return [...byStates].map(([states, of]) => ({
                ...(isOfStates && { states: JSON.parse(states) as number[] }),
                calls: of,
                proof
            }));
        });
    }
}
