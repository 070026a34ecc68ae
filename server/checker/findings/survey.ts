/**
 * The decisions that calls can meet. For each tool, the part of the policy that its decisions read is explored to the
 * end, and the result of every rule for every call in every state is recorded. This is a superset of what sessions can
 * do, so that what it does not contain never happens. A tool whose part is not explored to the end, or not exactly, has
 * no survey.
 */
import { noRelease } from '../questions/own.js';
import { evaluate, matchesCall } from '../../model/conditions/evaluate.js';
import { situationFor, weigh } from '../../model/decide.js';
import type { NumberedRule } from '../../model/decide.js';
import { principalsOf } from '../../model/events/delegation.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Call, Memory } from '../../model/session/session.js';
import { and, FALSE, mayBe, TRUE } from '../../model/policy/truth.js';
import type { Action } from '../system/actions.js';
import { actionsOf } from '../system/actions.js';
import { unsupportedPartsOf } from '../system/unsupported.js';
import { look, poll, spend, timesSpent, workDone } from '../limits/budget.js';
import { plainText } from '../conditions/plain.js';
import type { PolicyPart } from '../reductions/part.js';
import { partOf } from '../reductions/part.js';
import type { Reach } from '../reductions/cone.js';
import { reachOf } from '../reductions/cone.js';
import { whyUnexplored } from '../portfolio/exact.js';
import { allHolds } from '../system/held-calls.js';
import type { Exploration, ExploreOptions } from '../search/breadth-first.js';
import { explore } from '../search/breadth-first.js';
import { situationOf } from '../system/situations.js';
import type { Slice } from '../reductions/slice.js';
import { sliceFor, withScope } from '../reductions/slice.js';
import { PolicySystem } from '../system/system.js';
import { limitOf } from '../limits/limits.js';

/** The results of the rules for a call, by their numbers in the policy. */
export interface RuleResults {
    readonly tool: number;
    readonly agent: number;
    /**
     * The rules whose conditions are met or may be met. An `allow` is included only if its condition is certainly met.
     */
    readonly applying: readonly number[];
    readonly denying: readonly number[];
    readonly allowing: readonly number[];
    /** The approval requirements that are not met yet. */
    readonly missing: readonly number[];
}

export interface ToolSurvey {
    /** Every distinct weighing of calls of the tool. */
    readonly weighings: readonly RuleResults[];
    /** The monitors that may be true in some state. */
    readonly trueMonitors: ReadonlySet<number>;
    /** Bits of the labels that some agent carries in some state. */
    readonly carried: number;
}

/** The weighings in which one of these rules applies. For policies with many rules, this is computed for each rule. */
export function weighingsOf(surveys: readonly ToolSurvey[], rules: readonly number[]): RuleResults[] {
    return surveys.flatMap((survey) => {
        poll();
        const index = applyingIn(survey);
        const [first, ...others] = rules.flatMap((rule) => index.get(rule) ?? []);
        return first === undefined ? [] : others.length === 0 ? [first] : [...new Set([first, ...others])];
    });
}

function applyingIn(survey: ToolSurvey): ReadonlyMap<number, readonly RuleResults[]> {
    let index = indices.get(survey);
    if (!index) {
        index = new Map<number, RuleResults[]>();
        for (const weighing of survey.weighings) {
            for (const rule of weighing.applying) {
                const all = index.get(rule) ?? [];
                index.set(rule, all);
                all.push(weighing);
            }
        }
        indices.set(survey, index);
    }
    return index;
}

const indices = new WeakMap<ToolSurvey, Map<number, RuleResults[]>>();

class TooMuch extends Error {}

/** The surveys of tools in the part of the policy that their decisions read, with the numbers of the part. */
interface PartSurvey {
    readonly surveys?: ReadonlyMap<number, ToolSurvey>;
    /** The cost, which counts again whenever the surveys are used, so that results do not depend on what is cached. */
    readonly states: number;
    readonly work: number;
}

/** The surveys of the parts of a policy, which its next version may contain too. */
export class SurveyCache {
    private before = new Map<string, PartSurvey>();
    private parts = new Map<string, PartSurvey>();

    of(key: string, survey: () => PartSurvey): PartSurvey {
        const known = this.parts.get(key) ?? this.before.get(key);
        if (known) {
            this.parts.set(key, known);
            spend(known.work);
            return known;
        }
        const times = timesSpent();
        const found = survey();
        if (times === timesSpent()) {
            this.parts.set(key, found);
        }
        return found;
    }

    /** To be called after each complete check: what it did not use is dropped. */
    completed(): void {
        this.before = this.parts;
        this.parts = new Map();
    }
}

export class Survey {
    private readonly known = new Map<number, ToolSurvey | undefined>();
    private readonly decisions = new Map<number, Question>();
    private states = 0;

    constructor(
        private readonly policy: Policy,
        private readonly options: ExploreOptions,
        private readonly cache: SurveyCache
    ) {}

    of(tool: number): ToolSurvey | undefined {
        if (!this.known.has(tool)) {
            this.explore(tool);
        }
        return this.known.get(tool);
    }

    /** The surveys of each of the tools, or undefined if one has none. */
    ofAll(tools: readonly number[]): ToolSurvey[] | undefined {
        const surveys = tools.map((tool) => this.of(tool));
        return surveys.every((survey) => survey !== undefined) ? surveys : undefined;
    }

    /**
     * Explores the tool together with the tools whose decisions read the same parts: their calls are steps of the same
     * system.
     */
    private explore(tool: number): void {
        look();
        const reach = this.reachOf(tool);
        const together = [...reach.tools].filter((other) => {
            poll();
            return other === tool || (!this.known.has(other) && isSame(reach, this.reachOf(other)));
        });
        const surveys = this.states < limitOf('surveysStates') ? this.surveysOf(reach, together) : undefined;
        together.forEach((one, index) => this.known.set(one, surveys?.[index]));
    }

    private surveysOf(reach: Reach, together: readonly number[]): ToolSurvey[] | undefined {
        const { limits } = this.options;
        const part = partOf(this.policy, reach);
        const tools = together.map((tool) => part.tools.indexOf(tool));
        const { states, surveys } = this.cache.of(plainText([limits, tools, part.policy]), () =>
            surveyIn(part.policy, tools, this.options)
        );
        this.states += states;
        return surveys && tools.map((tool) => inWhole(surveys.get(tool)!, part));
    }

    private reachOf(tool: number): Reach {
        return reachOf(this.policy, this.decisionOf(tool));
    }

    /** One question for each tool, so that its reach is computed once. */
    private decisionOf(tool: number): Question {
        const question = this.decisions.get(tool) ?? decisionOf(this.policy, tool);
        this.decisions.set(tool, question);
        return question;
    }
}

/** The survey with the numbers of the whole policy. */
function inWhole({ weighings, trueMonitors, carried }: ToolSurvey, part: PolicyPart): ToolSurvey {
    const rulesOf = (indices: readonly number[]): number[] => indices.map((index) => part.rules[index]!);
    return {
        weighings: weighings.map(({ tool, agent, applying, denying, allowing, missing }) => ({
            tool: part.tools[tool]!,
            agent,
            applying: rulesOf(applying),
            denying: rulesOf(denying),
            allowing: rulesOf(allowing),
            missing: rulesOf(missing)
        })),
        trueMonitors: new Set([...trueMonitors].map((index) => part.monitors[index]!)),
        carried
    };
}

/** @param tools all of them read the whole policy */
function surveyIn(policy: Policy, tools: readonly number[], options: ExploreOptions): PartSurvey {
    const question = decisionOf(policy, tools[0]!);
    const before = workDone();
    const costs = (states: number): PartSurvey => ({ states, work: workDone() - before });
    if (unsupportedPartsOf(policy, question, reachOf(policy, question)).some(({ isMore }) => !isMore)) {
        return costs(0);
    }
    const slice = scoped(sliceFor(policy, question));
    const actions = slice && actionsOf(slice);
    if (!slice || !Array.isArray(actions) || slice.policy.rules.length !== slice.reach.rules.size) {
        return costs(0);
    }
    const notes = new Notes(policy, slice, tools);
    const system = new PolicySystem(slice, actions, allHolds(slice), (action, memory) => notes.decided(action, memory));
    if (whyUnexplored(system, actions) !== undefined) {
        return costs(0);
    }
    const found = exploreAll(system, options);
    const cost = costs(found?.states ?? limitOf('surveyStates'));
    return found?.exhausted && system.scopes.size === 0
        ? { ...cost, surveys: notes.surveys(system.trueMonitors) }
        : cost;
}

function exploreAll(system: PolicySystem, options: ExploreOptions): Exploration<unknown> | undefined {
    const { limits } = options;
    try {
        return explore(system, {
            ...options,
            limits: { ...limits, maxStates: Math.min(limits.maxStates, limitOf('surveyStates')) }
        });
    } catch (error) {
        if (error instanceof TooMuch) {
            return undefined;
        }
        throw error;
    }
}

/** Nothing breaks this claim, so its search covers everything that can happen before a call of the tool is decided. */
function decisionOf({ tools, source }: Policy, tool: number): Question {
    const text = tools[tool]!.name;
    return noRelease(
        { name: text, text, source },
        { tools: tools.map((_, index) => (index === tool ? TRUE : FALSE)), text },
        { op: 'constant', value: FALSE }
    );
}

/** Histories of untracked values may be anything, which covers every session (docs/checker.md, "Keys"). */
function scoped(slice: Slice): Slice | undefined {
    if (!slice.grounding.isKeyed) {
        return slice;
    }
    return slice.grounding.isSymmetric ? withScope(slice, { values: 1, others: true }) : undefined;
}

function isSame(a: Reach, b: Reach): boolean {
    const same = (left: ReadonlySet<unknown>, right: ReadonlySet<unknown>): boolean =>
        left.size === right.size && [...left].every((one) => right.has(one));
    return (
        same(a.tools, b.tools) &&
        same(a.rules, b.rules) &&
        same(a.monitors, b.monitors) &&
        same(a.machines, b.machines) &&
        same(a.assumptions, b.assumptions) &&
        a.labels === b.labels
    );
}

/** Collects the weighings while a system is explored. */
class Notes {
    private readonly weighings = new Map<string, RuleResults>();
    private carried = 0;
    private decisions = 0;
    /** The bound on the work of a survey, which is the same on every machine. */
    private readonly most = limitOf('surveyDecisions');
    /** The number in the policy of each rule of the slice. */
    private readonly numbers: readonly number[];

    constructor(
        policy: Policy,
        private readonly slice: Slice,
        private readonly tools: readonly number[]
    ) {
        this.numbers = policy.rules.flatMap((rule, index) => (slice.reach.rules.has(rule) ? [index] : []));
    }

    /**
     * Records the decision for the caller and for each agent that the caller acts for (M16), because each of them has
     * its own decision.
     */
    decided(action: Action, memory: Memory): void {
        const { call, rules, principals } = action;
        if (++this.decisions > this.most) {
            throw new TooMuch('too many calls to decide');
        }
        this.carried |= memory.labels.reduce((all, labels) => all | labels, 0);
        // A call of another tool with the same effect in every state has the same weighing, and is not a separate
        // action.
        const meant = this.tools.filter((tool) => tool === call.tool || action.standsFor?.has(tool));
        if (meant.length === 0) {
            return;
        }
        const asked = new Set(principalsOf(this.slice.ground, memory, call.agent));
        this.weigh(call, meant, rules, memory, call.agent);
        principals
            .filter(({ agent }) => asked.has(agent))
            .forEach((principal) => this.weigh(call, meant, principal.rules, memory, principal.agent));
    }

    surveys(trueMonitors: ReadonlySet<number>): Map<number, ToolSurvey> {
        const { grounding, policy, numbers } = this.slice;
        const monitors = new Set(
            [...trueMonitors].map((number) => numbers[policy.monitors.indexOf(grounding.origin(number))]!)
        );
        const all = [...this.weighings.values()];
        return new Map(
            this.tools.map((tool) => [
                tool,
                {
                    weighings: all.filter((weighing) => weighing.tool === tool),
                    trueMonitors: monitors,
                    carried: this.carried
                }
            ])
        );
    }

    private weigh(
        call: Call,
        tools: readonly number[],
        rules: readonly NumberedRule[],
        memory: Memory,
        agent: number
    ): void {
        const { ground } = this.slice;
        const situation = situationFor(situationOf(call, memory), agent);
        const { denying, allowing, missing } = weigh(ground, rules, situation);
        const required = rules.filter(
            ({ rule }) =>
                rule.kind === 'require' &&
                mayBe(and(matchesCall(rule.subject, situation.call), evaluate(ground, rule.when, situation)))
        );
        const numbers = (indices: readonly number[]): number[] => indices.map((index) => this.numbers[index]!);
        const applying = new Set([...denying, ...allowing, ...missing, ...required.map(({ index }) => index)]);
        for (const tool of tools) {
            const key = [tool, agent, denying, allowing, missing, required.map(({ index }) => index)].join(';');
            if (!this.weighings.has(key)) {
                this.weighings.set(key, {
                    tool,
                    agent,
                    applying: numbers([...applying]),
                    denying: numbers(denying),
                    allowing: numbers(allowing),
                    missing: numbers(missing)
                });
            }
        }
    }
}
