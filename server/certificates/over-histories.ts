/**
 * Proofs of claims that depend on what happened earlier: one proof for each state of the histories that the claim and
 * the rules read.
 */
import { visitParts } from '../checker/conditions/walk.js';
import { poll } from '../checker/limits/budget.js';
import { type Caller, type CallQuestion, Choice, judgedCallers } from '../checker/portfolio/rules-alone.js';
import { callConditionOf } from '../checker/questions/parts.js';
import type { Condition, EventPattern, Policy, Rule } from '../model/policy/policy.js';
import { mayBe, TRUE, type Truth } from '../model/policy/truth.js';
import type { Case, Cell, Certificate, Proof } from './format.js';
import { Followed, isFollowed, type Step } from './histories.js';
import { Places } from './places.js';
import { MOST_CASES, Tree } from './rules.js';

/** The maximum number of states in one proof. */
const MOST_STATES = 300;

/** The maximum number of cases that are tried to show that the rules stop a call. */
const MOST_STOPPING = 60;

/**
 * The proof of a claim; undefined if following these histories does not settle it, or if the proof would be too large.
 */
export function proofOverHistories(
    policy: Policy,
    question: CallQuestion,
    claim: number
): Pick<Certificate, 'conditions' | 'history' | 'stopped' | 'cases'> | undefined {
    const callers = judgedCallers(policy, question);
    if (!callers) {
        return undefined;
    }
    let before = 0;
    for (const cells of [cellsNear(policy, question, callers), cellsBehind(policy, question, callers)]) {
        const found = cells.length > before ? new Search(policy, question, claim, callers, cells).proof() : undefined;
        if (found) {
            return found;
        }
        before = cells.length;
    }
    return undefined;
}

class Search {
    private readonly places: Places;
    private readonly followed: Followed;
    private readonly states: string[];
    private readonly known = new Set<string>();
    private readonly size = { left: MOST_CASES };

    constructor(
        private readonly policy: Policy,
        private readonly question: CallQuestion,
        claim: number,
        private readonly judged: readonly Caller[],
        private readonly cells: readonly Cell[]
    ) {
        this.places = new Places(policy, claim);
        this.followed = new Followed(policy, cells);
        this.states = [this.followed.initial()];
    }

    proof(): Pick<Certificate, 'conditions' | 'history' | 'stopped' | 'cases'> | undefined {
        const stopped = new Cases();
        if (!this.close(stopped)) {
            return undefined;
        }
        const cases = new Cases();
        const provers = this.judged.map((caller) => this.proverOf(this.question, caller, () => this.size));
        for (const [state, values] of this.states.entries()) {
            for (const [index, caller] of this.judged.entries()) {
                const proof = provers[index]!(values);
                if (!proof) {
                    return undefined;
                }
                cases.add(state, caller, proof);
            }
        }
        const history = { cells: this.cells, states: this.states };
        return { conditions: this.places.used, history, stopped: stopped.all(), cases: cases.all() };
    }

    /** Finds every state; returns false if there are too many. Calls that the rules stop do not lead to a state. */
    private close(stopped: Cases): boolean {
        const { policy, states, known } = this;
        known.add(states[0]!);
        const others: Step[] = [{}, ...policy.outsideEvents.map((_, outside) => ({ outside }))];
        const callers = policy.tools.flatMap((_, tool) => policy.agents.map((_agent, agent) => ({ tool, agent })));
        const stopping = releaseOfAny(this.question, policy);
        const stoppers = callers.map((caller) => this.proverOf(stopping, caller, () => ({ left: MOST_STOPPING })));
        for (let state = 0; state < states.length; state++) {
            poll();
            const values = states[state]!;
            const steps = [...others, ...callers.map((caller) => ({ call: { ...caller, isReleased: false } }))];
            steps.flatMap((step) => this.followed.after(values, step)).forEach((after) => this.reach(after));
            for (const [index, caller] of callers.entries()) {
                const after = this.followed.after(values, { call: { ...caller, isReleased: true } });
                const proof = after.every((one) => known.has(one)) ? undefined : stoppers[index]!(values);
                if (proof) {
                    stopped.add(state, caller, proof);
                } else {
                    after.forEach((one) => this.reach(one));
                }
            }
            if (states.length > MOST_STATES) {
                return false;
            }
        }
        return true;
    }

    private reach(state: string): void {
        if (!this.known.has(state)) {
            this.known.add(state);
            this.states.push(state);
        }
    }

    /** Returns a function that finds the proof for calls in a state. */
    private proverOf(
        question: CallQuestion,
        caller: Caller,
        size: () => { left: number }
    ): (state: string) => Proof | undefined {
        const choice = new Choice(this.policy, question, caller, { rules: 0 });
        const place = this.places.in(choice);
        const open = choice.open(true);
        const keys = this.cells.map((cell) =>
            cell.agent === undefined || cell.agent === caller.agent
                ? choice.meant(conditionOf(cell), 'rules').key
                : undefined
        );
        const [asked, others] = [open.ofClaim, open.ofRules].map((all) => all.filter((key) => !keys.includes(key)));
        return (state) => {
            const under = (index: number): Proof | undefined => {
                const key = keys[index];
                return index >= keys.length
                    ? new Tree(this.policy, choice, place, size()).under(asked!, others!)
                    : key === undefined
                      ? under(index + 1)
                      : choice.with(key, Number(state[index]) as Truth, () => under(index + 1));
            };
            return under(0);
        };
    }
}

/** The proofs of one kind; equal proofs are merged into one case. */
class Cases {
    private readonly found = new Map<string, { readonly proof: Proof; readonly calls: Map<string, number[]> }>();

    add(state: number, { tool, agent }: Caller, proof: Proof): void {
        const text = JSON.stringify(proof);
        const same = this.found.get(text) ?? { proof, calls: new Map<string, number[]>() };
        this.found.set(text, same);
        const call = JSON.stringify([tool, agent]);
        same.calls.set(call, [...(same.calls.get(call) ?? []), state]);
    }

    all(): Case[] {
        return [...this.found.values()].flatMap(({ proof, calls }) => {
            const byStates = new Map<string, [number, number][]>();
            for (const [call, states] of calls) {
                const text = JSON.stringify(states);
                byStates.set(text, [...(byStates.get(text) ?? []), JSON.parse(call) as [number, number]]);
            }
            return [...byStates].map(([states, of]) => ({ states: JSON.parse(states) as number[], calls: of, proof }));
        });
    }
}

/** The question whose proof for a call shows that the rules stop the call. */
function releaseOfAny(question: CallQuestion, { tools }: Policy): CallQuestion {
    const { name, text, source, premises, words } = question;
    const subject = { tools: tools.map(() => TRUE), text: 'any tool' };
    return { name, text, source, premises, words, goal: 'release', subject, bad: { op: 'constant', value: TRUE } };
}

function conditionOf(cell: Cell): Condition {
    return 'monitor' in cell
        ? { op: 'monitor', monitor: cell.monitor }
        : { op: cell.ever ? 'received' : 'carries', label: cell.label };
}

/** The histories that the claim and the rules for its calls read. */
function cellsNear(policy: Policy, question: CallQuestion, callers: readonly Caller[]): Cell[] {
    const tools = new Set(callers.map(({ tool }) => tool));
    const asked = callConditionOf(question);
    return cellsIn(policy, [...(asked ? [asked] : []), ...conditionsOfRules(policy, tools)]);
}

/** The same histories, together with those that are read by the rules for the calls that change them. */
function cellsBehind(policy: Policy, question: CallQuestion, callers: readonly Caller[]): Cell[] {
    const tools = new Set(callers.map(({ tool }) => tool));
    for (const cell of cellsNear(policy, question, callers)) {
        const { event, from } = 'monitor' in cell ? policy.monitors[cell.monitor]! : {};
        policy.tools.forEach(({ reads }, tool) => {
            const selects = (pattern?: EventPattern): boolean =>
                pattern !== undefined && mayBe(pattern.tools[tool] ?? 0);
            if (selects(event) || selects(from) || ('label' in cell && reads.includes(cell.label))) {
                tools.add(tool);
            }
        });
    }
    const asked = callConditionOf(question);
    return cellsIn(policy, [...(asked ? [asked] : []), ...conditionsOfRules(policy, tools)]);
}

function conditionsOfRules(policy: Policy, tools: ReadonlySet<number>): Condition[] {
    return policy.rules
        .filter((rule: Rule) => rule.audit !== true && [...tools].some((tool) => mayBe(rule.subject.tools[tool] ?? 0)))
        .flatMap((rule) => (rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when]));
}

function cellsIn(policy: Policy, conditions: readonly Condition[]): Cell[] {
    const found = new Map<string, Cell>();
    const add = (cell: Cell): unknown => found.set(JSON.stringify(cell), cell);
    conditions.forEach((condition) =>
        visitParts(condition, (part) => {
            if ('op' in part && (part.op === 'carries' || part.op === 'received')) {
                const ever = part.op === 'received' ? { ever: true as const } : {};
                policy.agents.forEach((_, agent) => add({ label: part.label, agent, ...ever }));
            } else if ('op' in part && part.op === 'monitor') {
                const { monitor } = part;
                const of = policy.monitors[monitor]!;
                if (isFollowed(of) && of.perAgent) {
                    policy.agents.forEach((_, agent) => add({ monitor, agent }));
                } else if (isFollowed(of)) {
                    add({ monitor });
                }
            }
        })
    );
    return [...found.values()];
}
