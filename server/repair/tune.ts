/**
 * Tuning: the weakest rules for the sessions of a log. Starting from the rules of a policy, it repeatedly makes the
 * change that saves the most approvals and denials in the log, as long as every claim keeps its verdict and every
 * scenario passes. When no such change is left, it continues with changes that need an exception in a claim. Each of
 * these gives another point of a curve: a policy whose claims are all proved, with a list of its exceptions.
 *
 * The search is deterministic. Sessions that refuted one change are tried first on the next (`KnownSessions`).
 */
import * as ast from '../../language/generated/ast.js';
import { runScenario } from '../checker/scenarios/scenarios.js';
import type { ExploreOptions } from '../checker/search/breadth-first.js';
import type { PolicyResult, VerdictWord } from '../checker/results/result.js';
import type { Policy } from '../model/policy/policy.js';
import { isAt } from './candidates.js';
import type { EditedText } from './change.js';
import type { PolicyEditor } from './editor.js';
import { type ExemptionCandidate, loosened, loosenings, type StoppedCall } from './exemptions.js';

export type { StoppedCall } from './exemptions.js';
import { KnownSessions } from './known-sessions.js';
import { seesTheSame } from './same-sight.js';

/** The cost of a policy in one session. */
export interface SessionCost {
    /** The number of the session in the log. */
    readonly session: number;
    readonly approvals: number;
    readonly denials: number;
    readonly stopped: readonly StoppedCall[];
}

export interface PlayedLog {
    /** The number of honest sessions. */
    readonly sessions: number;
    /** Plays the honest sessions with these numbers; all by default. */
    costOf: (policy: Policy, among?: readonly number[]) => readonly SessionCost[];
    /** The number of calls that only attacks make, and that are neither held nor denied. */
    letThroughBy: (policy: Policy) => number;
}

export interface TunedPoint {
    readonly text: string;
    readonly sessions: number;
    readonly approvals: number;
    readonly denials: number;
    /** The number of sessions in which nobody is asked and no call is denied. */
    readonly quiet: number;
    /** The number of calls that only attacks make, and that the policy itself does not let through. */
    readonly letThrough: number;
    /** The change since the previous point, in one line; undefined for the original policy. */
    readonly change: string | undefined;
    /** The names of the policy's claims that hold only with an exception, made here or at an earlier point. */
    readonly excepted: readonly string[];
    /** The scenarios of the policy that no longer pass. */
    readonly failing: readonly string[];
}

export interface TuneResult {
    /** The points of the curve; the original policy comes first. */
    readonly points: readonly TunedPoint[];
    /** The number of points at which every claim and scenario has the same result as in the original policy. */
    readonly kept: number;
    readonly tried: number;
    /** True if the search ended because time ran out. */
    readonly isCut: boolean;
}

export interface TuneOptions extends ExploreOptions {
    readonly timeoutMs: number;
    readonly mostPoints: number;
    readonly played: PlayedLog;
    /** True if rules may be exempted for arguments with a value from the log. */
    readonly hasValues: boolean;
    readonly onPoint?: (point: TunedPoint) => void;
}

export async function tune(
    editor: PolicyEditor,
    policy: Policy,
    baseline: PolicyResult,
    options: TuneOptions
): Promise<TuneResult> {
    return new Tuner(editor, policy, baseline, options).run();
}

/** A policy that the search considers. */
interface State {
    readonly edited: EditedText;
    readonly policy: Policy;
    readonly verdicts: ReadonlyMap<string, VerdictWord>;
    /** The sessions in which some call is stopped. */
    readonly costs: readonly SessionCost[];
    readonly point: TunedPoint;
}

interface Candidate {
    readonly loosening: ExemptionCandidate;
    readonly policy: Policy;
    readonly text: string;
    readonly costs: readonly SessionCost[];
    readonly saved: number;
    /** The number of attack calls that the change lets through, for each call that it saves. */
    readonly leak: number;
}

class Tuner {
    private readonly sessions = new KnownSessions();
    private readonly until: number;
    private readonly passing: readonly string[];
    private tried = 0;
    private isCut = false;
    private letThroughAtFirst: number | undefined;

    constructor(
        private readonly editor: PolicyEditor,
        private readonly original: Policy,
        private readonly baseline: PolicyResult,
        private readonly options: TuneOptions
    ) {
        this.until = Date.now() + options.timeoutMs;
        this.passing = baseline.scenarios.filter(({ passed }) => passed).map(({ name }) => name);
    }

    async run(): Promise<TuneResult> {
        const { text } = this.editor.original;
        const first = await this.stateOf(
            text,
            this.original,
            this.options.played.costOf(this.original),
            new Map(this.baseline.claims.map(({ name, verdict }) => [name, verdict])),
            { change: undefined, excepted: [], failing: [] }
        );
        const states = [first];
        let kept = 1;
        for (const mayExcept of [false, true]) {
            let next: State | undefined;
            while (
                states.length < this.options.mostPoints &&
                (next = await this.after(states[states.length - 1]!, mayExcept))
            ) {
                states.push(next);
                this.options.onPoint?.(next.point);
            }
            kept = mayExcept ? kept : states.length;
        }
        return { points: states.map(({ point }) => point), kept, tried: this.tried, isCut: this.isCut };
    }

    /** The best next policy; undefined if there is none. */
    private async after(state: State, mayExcept: boolean): Promise<State | undefined> {
        const { played } = this.options;
        const candidates: Candidate[] = [];
        const stopped = state.costs.flatMap((cost) => cost.stopped);
        const among = state.costs.map(({ session }) => session);
        for (const loosening of loosenings(state.policy, stopped, this.options.hasValues)) {
            if (this.isLate()) {
                return undefined;
            }
            const text = loosened(state.edited, state.policy, loosening, []);
            const read = text === undefined ? undefined : await this.editor.read(text);
            if (read?.policy) {
                this.tried++;
                // A session in which no call is stopped stays that way.
                const costs = played.costOf(read.policy, among);
                const saved = stops(state.costs) - stops(costs);
                if (saved > 0) {
                    const leak = (this.letThrough(read.policy) - state.point.letThrough) / saved;
                    candidates.push({ loosening, policy: read.policy, text: text!, costs, saved, leak });
                }
            }
        }
        candidates.sort((a, b) => (mayExcept ? a.leak - b.leak : 0) || b.saved - a.saved || width(a) - width(b));
        for (const candidate of candidates) {
            if (this.isLate()) {
                return undefined;
            }
            const found = mayExcept ? await this.excepting(state, candidate) : await this.keeping(state, candidate);
            if (found) {
                return found;
            }
        }
        return undefined;
    }

    /** The state after a change with which every claim keeps its verdict, and every scenario passes. */
    private async keeping(state: State, candidate: Candidate): Promise<State | undefined> {
        const { policy, text, costs } = candidate;
        if (this.failing(policy).length > state.point.failing.length) {
            return undefined;
        }
        const verdicts = this.verdicts(state, policy, true);
        return (
            verdicts && this.stateOf(text, policy, costs, verdicts, { ...state.point, change: described(candidate) })
        );
    }

    /** The state after a change, with an exception in each claim that no longer holds. */
    private async excepting(state: State, candidate: Candidate): Promise<State | undefined> {
        const { policy, loosening, costs } = candidate;
        const verdicts = this.verdicts(state, policy, false)!;
        const broken = [...verdicts].filter(([name, verdict]) => verdict !== state.verdicts.get(name));
        const names = broken.map(([name]) => name);
        const nodes = state.edited.file.elements.filter(ast.isClaim);
        const claims = names.flatMap((name) => {
            const claim = state.policy.claims.find((one) => one.name === name);
            return (claim?.usedAt === undefined && nodes.find((node) => claim && isAt(node, claim.source))) || [];
        });
        const text = claims.length < names.length ? undefined : loosened(state.edited, state.policy, loosening, claims);
        const changed = text === undefined ? undefined : (await this.editor.read(text)).policy;
        const proved = changed && this.verdicts(state, changed, true);
        if (!changed || !proved) {
            return undefined;
        }
        return this.stateOf(text!, changed, costs, proved, {
            change: described(candidate),
            excepted: [...new Set([...state.point.excepted, ...names])],
            failing: this.failing(changed)
        });
    }

    private async stateOf(
        text: string,
        policy: Policy,
        costs: readonly SessionCost[],
        verdicts: ReadonlyMap<string, VerdictWord>,
        { change, excepted, failing }: Pick<TunedPoint, 'change' | 'excepted' | 'failing'>
    ): Promise<State> {
        const { document } = await this.editor.read(text);
        const { sessions } = this.options.played;
        const busy = costs.filter(({ approvals, denials }) => approvals + denials > 0);
        const [approvals, denials] = [sum(busy, 'approvals'), sum(busy, 'denials')];
        const quiet = sessions - busy.length;
        const letThrough = this.letThrough(policy);
        const point = { text, sessions, approvals, denials, quiet, letThrough, change, excepted, failing };
        return { edited: { file: document.parseResult.value, text }, policy, verdicts, costs: busy, point };
    }

    /**
     * The verdicts on the claims of a changed policy.
     *
     * @param isStrict true to return undefined if a claim lost its verdict, or if a new claim does not hold
     */
    private verdicts(before: State, policy: Policy, isStrict: boolean): ReadonlyMap<string, VerdictWord> | undefined {
        const verdicts = new Map<string, VerdictWord>();
        for (const claim of policy.claims) {
            const old = before.policy.claims.find(({ name }) => name === claim.name);
            const known = before.verdicts.get(claim.name);
            const verdict =
                old && known !== undefined && seesTheSame(old, before.policy, claim, policy)
                    ? known
                    : (this.sessions.verdictOf(policy, claim) ??
                      this.sessions.search(policy, claim, this.options).verdict);
            if (isStrict && verdict !== (known ?? 'holds')) {
                return undefined;
            }
            verdicts.set(claim.name, verdict);
        }
        return verdicts;
    }

    private failing(policy: Policy): string[] {
        return policy.scenarios
            .filter((scenario) => this.passing.includes(scenario.name) && !runScenario(policy, scenario).passed)
            .map(({ name }) => name);
    }

    private letThrough(policy: Policy): number {
        const { played } = this.options;
        this.letThroughAtFirst ??= played.letThroughBy(this.original);
        return played.letThroughBy(policy) - this.letThroughAtFirst;
    }

    private isLate(): boolean {
        this.isCut ||= Date.now() > this.until;
        return this.isCut;
    }
}

function stops(costs: readonly SessionCost[]): number {
    return sum(costs, 'approvals') + sum(costs, 'denials');
}

function sum(costs: readonly SessionCost[], what: 'approvals' | 'denials'): number {
    return costs.reduce((total, cost) => total + cost[what], 0);
}

function width({ loosening }: Candidate): number {
    return loosening.exemption.width;
}

function described({ loosening, policy }: Candidate): string {
    const { tool, exemption } = loosening;
    const { name } = policy.tools[tool]!;
    return exemption.unless !== undefined
        ? `${name} unless ${exemption.unless}`
        : exemption.per !== undefined
          ? `${name}: one approval for each ${exemption.per}`
          : `${name} always`;
}
