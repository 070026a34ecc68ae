/**
 * The part of a policy that can influence a claim: the cone of influence (Clarke, Grumberg, Peled, Model Checking,
 * section 10.1). A tool outside it changes no label, mode, monitor or recorder that a decision inside, or the claim,
 * reads. A session therefore keeps its decisions inside when the calls outside are left out.
 */
import type {
    Assumption,
    CallPattern,
    Condition,
    EventPattern,
    Policy,
    Rule,
    Term
} from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { rulesOf } from '../../model/decide.js';
import { FALSE, mayBe } from '../../model/policy/truth.js';
import { poll } from '../limits/budget.js';
import { patternsOf, visitParts } from '../conditions/walk.js';

/** The part of a policy that a claim sees, by index. */
export interface Reach {
    readonly tools: ReadonlySet<number>;
    readonly rules: ReadonlySet<Rule>;
    readonly monitors: ReadonlySet<number>;
    readonly recorders: ReadonlySet<number>;
    readonly machines: ReadonlySet<number>;
    readonly sources: ReadonlySet<number>;
    readonly outside: ReadonlySet<number>;
    /** The assumptions that exclude some of these events. */
    readonly assumptions: ReadonlySet<Assumption>;
    /** The bits of the labels that some condition reads. */
    readonly labels: number;
    /** The bits of the labels for which some condition tests if they were ever received. */
    readonly received: number;
}

export function reachOf(policy: Policy, question: Question): Reach {
    const ofPolicy = known.get(policy) ?? new WeakMap<Question, Reach>();
    known.set(policy, ofPolicy);
    let reach = ofPolicy.get(question);
    if (!reach) {
        reach = coneOf(policy, question);
        ofPolicy.set(question, reach);
    }
    return reach;
}

/** The tools whose calls can influence what the rule decides, among them those whose own decisions do. */
export function toolsReadBy(policy: Policy, rule: Rule): ReadonlySet<number> {
    const cone = new Cone(policy);
    cone.addRule(rule);
    cone.settle();
    return cone.tools;
}

/** Cached, because each step of a check needs it; neither policies nor claims change. */
const known = new WeakMap<Policy, WeakMap<Question, Reach>>();

function coneOf(policy: Policy, question: Question): Reach {
    const cone = new Cone(policy);
    cone.addClaim(question);
    cone.addDelegations();
    cone.addAssumptions();
    return cone;
}

/**
 * The same, with everything that results show even if the claim does not read it: the modes of a session, and the
 * assumptions on trusted agents.
 */
export function shownReachOf(policy: Policy, question: Question): Reach {
    const cone = new Cone(policy);
    cone.addClaim(question);
    cone.addDelegations();
    policy.machines?.forEach((_, machine) => cone.addMachine(machine));
    cone.addAssumptions(({ kind }) => kind === 'agent');
    return cone;
}

/** Every event that the reached history, and the machines, match. */
export function patternsOfHistory(policy: Policy, reach: Reach): EventPattern[] {
    return [
        ...[...reach.monitors].flatMap((index) => patternsOf(policy.monitors[index]!)),
        ...[...reach.recorders].flatMap((index) => patternsOf(policy.recorders![index]!)),
        ...[...reach.machines].flatMap((index) => policy.machines![index]!.transitions.map(({ event }) => event))
    ];
}

class Cone implements Reach {
    readonly tools = new Set<number>();
    readonly rules = new Set<Rule>();
    readonly monitors = new Set<number>();
    readonly recorders = new Set<number>();
    readonly machines = new Set<number>();
    readonly sources = new Set<number>();
    readonly outside = new Set<number>();
    readonly assumptions = new Set<Assumption>();
    labels = 0;
    received = 0;
    private readonly signals = new Set<number>();
    /**
     * The tools whose own conditions still have to be visited. A list is needed, because a chain of rules may be longer
     * than the stack is deep.
     */
    private readonly pending: number[] = [];
    private readonly doing: readonly number[];

    constructor(private readonly policy: Policy) {
        this.doing = [...policy.tools.keys()].filter((tool) => policy.tools[tool]!.mayDo);
    }

    addClaim(question: Question): void {
        switch (question.goal) {
            case 'work':
                question.steps.forEach((step) => this.addEvent(step));
                break;
            case 'state':
                this.addPart(question.condition);
                this.addOptional(question.trigger);
                break;
            case 'decision':
                this.addPattern(question.subject);
                this.addPart(question.when);
                break;
            case 'recovery':
                this.addPattern(question.subject);
                this.addOptional(question.trigger);
                break;
            case 'release':
                this.addPattern(question.subject);
                this.addPart(question.bad);
                this.addOptional(question.trigger);
        }
        this.settle();
    }

    /** Everything that these assumptions name is seen too, which may add more of them. */
    addAssumptions(isSeen: (assumption: Assumption) => boolean = () => false): void {
        for (let found = true; found;) {
            found = false;
            this.settle();
            for (const assumption of this.policy.assumptions ?? []) {
                if ((isSeen(assumption) || this.concerns(assumption)) && add(this.assumptions, assumption)) {
                    found = true;
                    this.addPart(assumption.when);
                    this.settle();
                }
            }
        }
    }

    private concerns({ kind, subject, index }: Assumption): boolean {
        switch (kind) {
            case 'event':
                return this.outside.has(index!);
            case 'signal':
                return this.signals.has(index!);
            default:
                return (
                    subject === undefined || subject.tools.some((value, tool) => mayBe(value) && this.tools.has(tool))
                );
        }
    }

    addPattern(pattern: CallPattern): void {
        pattern.outside?.forEach((event) => this.addOutside(event));
        pattern.tools.forEach((value, tool) => {
            if (mayBe(value)) {
                this.addTool(tool);
            }
        });
    }

    /**
     * While work is delegated, its calls are decided more strictly; `addLabel` handles the labels that are passed on.
     */
    addDelegations(): void {
        const asking = this.policy.delegations?.filter(({ ownRights }) => !ownRights) ?? [];
        this.policy.tools.forEach(({ delegatesTo }, tool) => {
            if (asking.some(({ to }) => to === delegatesTo)) {
                this.addTool(tool);
            }
        });
    }

    private addOutside(event: number): void {
        this.outside.add(event);
        const { mode, delegate } = this.policy.outsideEvents[event]!;
        if (mode) {
            this.addMachine(mode.machine);
        }
        this.policy.tools.forEach(({ delegatesTo }, tool) => {
            if (delegate !== undefined && delegatesTo === delegate) {
                this.addTool(tool);
            }
        });
    }

    addPart(part: Condition | Term): void {
        visitParts(part, (inner) => {
            if ('op' in inner) {
                this.addCondition(inner);
            } else if (inner.term === 'aggregate' || inner.term === 'latest') {
                this.addRecorder(inner.recorder);
            } else if (inner.term === 'signal') {
                this.signals.add(inner.signal);
            }
        });
    }

    private addCondition(condition: Condition): void {
        switch (condition.op) {
            case 'monitor':
            case 'count':
                this.addMonitor(condition.monitor);
                break;
            case 'carries':
                this.addLabel(condition.label);
                break;
            case 'received':
                this.addLabel(condition.label);
                this.received |= 1 << condition.label;
                break;
            case 'recorded':
                this.addRecorder(condition.recorder);
                break;
            case 'in mode':
                this.addMachine(condition.machine);
                break;
            case 'from':
                this.addSource(condition.source);
                break;
            // These read the call, the clock or nested conditions.
            case 'constant':
            case 'not':
            case 'and':
            case 'or':
            case 'compare':
            case 'in':
            case 'host in':
            case 'host within':
            case 'path within':
            case 'matches':
            case 'starts with':
            case 'contains':
            case 'text test':
            case 'every':
            case 'some':
            case 'any text':
            case 'given':
            case 'approved by':
            case 'time in':
            case 'day in':
            case 'date in':
            case 'redirects':
            case 'command starts with':
            case 'caller is':
            case 'tool is':
                break;
        }
    }

    private addOptional(part: Condition | Term | undefined): void {
        if (part) {
            this.addPart(part);
        }
    }

    private addEvent(pattern: EventPattern): void {
        this.addPattern(pattern);
        this.addPart(pattern.where);
    }

    private addTool(tool: number): void {
        if (add(this.tools, tool)) {
            this.pending.push(tool);
        }
    }

    settle(): void {
        for (let tool; (tool = this.pending.pop()) !== undefined;) {
            poll();
            this.addWhatDecides(tool);
        }
    }

    private addWhatDecides(tool: number): void {
        const declared = this.policy.tools[tool]!;
        declared.conditionalReads?.forEach(({ when }) => this.addPart(when));
        this.addOptional(declared.succeeds);
        for (const index of this.doing) {
            if (mayBe(this.policy.tools[index]!.mayDo![tool] ?? FALSE)) {
                this.addTool(index);
            }
        }
        // An audited rule never affects the decision.
        rulesOf(this.policy, tool).forEach(({ rule }) => this.addRule(rule));
    }

    addRule(rule: Rule): void {
        if (!add(this.rules, rule)) {
            return;
        }
        this.addPart(rule.when);
        if (rule.mode) {
            this.addMachine(rule.mode.machine);
        }
        if (rule.kind === 'require') {
            this.addPart(rule.requires);
        } else if (rule.kind === 'approval') {
            rule.per?.forEach((term) => this.addPart(term));
            if (rule.changedBy) {
                this.addEvent(rule.changedBy.event);
            }
        }
    }

    private addMonitor(index: number): void {
        if (!add(this.monitors, index)) {
            return;
        }
        const monitor = this.policy.monitors[index]!;
        if (monitor.kind === 'last is') {
            // Every released call becomes the latest one, even if the pattern does not select it.
            this.policy.tools.forEach((_, tool) => this.addTool(tool));
        }
        patternsOf(monitor).forEach((pattern) => this.addEvent(pattern));
    }

    private addRecorder(index: number): void {
        if (!add(this.recorders, index)) {
            return;
        }
        const { event, from, asked, value, keys = [], fromKeys = [] } = this.policy.recorders![index]!;
        this.addEvent(event);
        if (from) {
            this.addEvent(from);
        }
        this.addOptional(asked);
        this.addOptional(value);
        [...keys, ...fromKeys].forEach((key) => {
            this.addPart(key.event);
            this.addPart(key.call);
        });
    }

    addMachine(index: number): void {
        if (add(this.machines, index)) {
            this.policy.machines![index]!.transitions.forEach(({ event, when }) => {
                this.addEvent(event);
                this.addPart(when);
            });
        }
    }

    private addSource(index: number): void {
        const source = this.policy.sources![index]!;
        if (add(this.sources, index) && source.kind === 'result') {
            this.addPattern(source.event);
        }
    }

    private addLabel(label: number): void {
        const bit = 1 << label;
        if ((this.labels & bit) !== 0) {
            return;
        }
        this.labels |= bit;
        this.policy.tools.forEach((tool, index) => {
            const reads =
                tool.reads.includes(label) || tool.conditionalReads?.some((more) => more.labels.includes(label));
            // A server that stores returns what was written under the label, and a delegate receives the label.
            const passes = tool.stores !== undefined || tool.delegatesTo !== undefined;
            if (reads || passes || tool.clears.includes(label)) {
                this.addTool(index);
            }
        });
    }
}

/** Adds the value; true if the set did not contain it yet. */
function add<T>(set: Set<T>, value: T): boolean {
    return !set.has(value) && Boolean(set.add(value));
}
