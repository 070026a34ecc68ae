/**
 * The part of a policy that can influence a claim: the cone of influence (Clarke, Grumberg, Peled, Model Checking,
 * section 10.1). A tool outside it changes no label and no monitor that a decision inside, or the claim, reads; so
 * a session keeps its decisions inside when the calls outside are left out.
 */
import { matchesCall } from '../model/evaluate.js';
import type { CallPattern, Claim, Condition, EventPattern, Monitor, Policy, Rule } from '../model/policy.js';
import { mayBe } from '../model/truth.js';
import { patternsOf, renumber, visitConditions } from './conditions.js';
import type { Asked, Scope } from './ground.js';
import { Grounding } from './ground.js';

export interface Slice {
    /** The policy with the rules and monitors of the slice only; tools, agents, humans and labels keep their indices. */
    readonly policy: Policy;
    /** The claim over the monitors of the slice. */
    readonly claim: Claim;
    /** Indices of the tools whose calls matter. */
    readonly tools: readonly number[];
    /** Bits of the labels that some condition reads. */
    readonly labels: number;
    /** How monitors with keys are searched. */
    readonly grounding: Grounding;
    /** The policy with the monitors of the search; its conditions still name those of `policy`. */
    readonly ground: Policy;
}

/** The slice with another scope for its keys. */
export function withScope(slice: Slice, scope: Scope): Slice {
    const grounding = new Grounding(slice.policy, scope, askedBy(slice.policy, slice.claim));
    return { ...slice, grounding, ground: { ...slice.policy, monitors: grounding.monitors } };
}

/** Every condition that is asked of calls, with the tools of those calls. */
function askedBy(policy: Policy, claim: Claim): Asked[] {
    const rules = policy.rules.flatMap((rule): Asked[] => {
        const { tools } = rule.subject;
        return [
            { condition: rule.when, tools },
            ...(rule.kind === 'require' ? [{ condition: rule.requires, tools }] : [])
        ];
    });
    const { tools } = 'subject' in claim ? claim.subject : { tools: [] };
    const claimed = 'bad' in claim ? [claim.bad] : claim.kind === 'decided' ? [claim.when] : [];
    return [...rules, ...claimed.map((condition) => ({ condition, tools }))];
}

export function sliceFor(policy: Policy, claim: Claim): Slice {
    const cone = new Cone(policy);
    switch (claim.kind) {
        case 'possible':
            claim.steps.forEach((step) => cone.addPattern(step));
            break;
        case 'always':
            cone.addCondition(claim.condition);
            break;
        case 'decided':
            cone.addPattern(claim.subject);
            cone.addCondition(claim.when);
            break;
        case 'stays possible':
            cone.addPattern(claim.subject);
            break;
        default:
            cone.addPattern(claim.subject);
            cone.addCondition(claim.bad);
            if (claim.trigger) {
                cone.addCondition(claim.trigger);
            }
    }
    return cone.slice(claim);
}

class Cone {
    private readonly tools = new Set<number>();
    private readonly monitors = new Set<number>();
    private readonly rules = new Set<Rule>();
    private labels = 0;

    constructor(private readonly policy: Policy) {}

    addPattern(pattern: CallPattern): void {
        pattern.tools.forEach((value, tool) => {
            if (mayBe(value)) {
                this.addTool(tool);
            }
        });
    }

    addCondition(condition: Condition): void {
        visitConditions(condition, (part) => {
            if (part.op === 'monitor' || part.op === 'count') {
                this.addMonitor(part.monitor);
            } else if (part.op === 'carries') {
                this.addLabel(part.label);
            }
        });
    }

    slice(claim: Claim): Slice {
        const kept = [...this.monitors].sort((a, b) => a - b);
        const number = (index: number): number => kept.indexOf(index);
        const policy: Policy = {
            ...this.policy,
            monitors: kept.map((index) => this.policy.monitors[index]!),
            rules: this.policy.rules
                .filter((rule) => this.rules.has(rule))
                .map((rule) => ({
                    ...rule,
                    when: renumber(rule.when, number),
                    ...(rule.kind === 'require' && { requires: renumber(rule.requires, number) })
                })),
            claims: [],
            scenarios: []
        };
        const sliced = renumberClaim(claim, number);
        const grounding = new Grounding(policy, { values: 1, others: false }, askedBy(policy, sliced));
        return {
            policy,
            claim: sliced,
            tools: [...this.tools].sort((a, b) => a - b),
            labels: this.labels,
            grounding,
            ground: { ...policy, monitors: grounding.monitors }
        };
    }

    private addTool(tool: number): void {
        if (this.tools.has(tool)) {
            return;
        }
        this.tools.add(tool);
        for (const rule of this.policy.rules) {
            // An audited rule decides nothing.
            if (rule.audit !== true && mayBe(rule.subject.tools[tool]!) && !this.rules.has(rule)) {
                this.rules.add(rule);
                this.addCondition(rule.when);
                if (rule.kind === 'require') {
                    this.addCondition(rule.requires);
                }
            }
        }
    }

    private addMonitor(index: number): void {
        if (this.monitors.has(index)) {
            return;
        }
        this.monitors.add(index);
        const monitor = this.policy.monitors[index]!;
        if (monitor.kind === 'last is') {
            // Every released call becomes the latest, whether the pattern means it or not.
            this.policy.tools.forEach((_, tool) => this.addTool(tool));
        }
        patternsOf(monitor).forEach((pattern) => this.addPattern(pattern));
    }

    private addLabel(label: number): void {
        const bit = 1 << label;
        if ((this.labels & bit) === 0) {
            this.labels |= bit;
            this.policy.tools.forEach((tool, index) => {
                if (tool.reads.includes(label) || tool.clears.includes(label)) {
                    this.addTool(index);
                }
            });
        }
    }
}

function renumberClaim(claim: Claim, number: (index: number) => number): Claim {
    switch (claim.kind) {
        case 'possible':
        case 'stays possible':
            return claim;
        case 'always':
            return { ...claim, condition: renumber(claim.condition, number) };
        case 'decided':
            return { ...claim, when: renumber(claim.when, number) };
        default:
            return {
                ...claim,
                bad: renumber(claim.bad, number),
                ...(claim.trigger && { trigger: renumber(claim.trigger, number) })
            };
    }
}

/**
 * Whether some condition of the slice can see that a call is attempted or held, for a call that may be held, or what was
 * approved before a rule asked for it. If none can, holding, approving and releasing a call change nothing but by its
 * release: then every session can be rearranged so that each held call is approved and released at once
 * (docs/checker.md, "Held calls").
 */
export function seesHolds(slice: Slice): boolean {
    const { policy, claim } = slice;
    const holdable = slice.tools.filter((tool) =>
        policy.rules.some((rule) => rule.kind === 'approval' && mayBe(rule.subject.tools[tool]!))
    );
    if (holdable.length === 0) {
        return false;
    }
    const rules = policy.rules.flatMap((rule) => (rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when]));
    if (rules.some(readsApprovals) || ('bad' in claim && isWorseApproved(claim.bad, true))) {
        return true;
    }
    const sees = (monitor: Monitor): boolean =>
        patternsOf(monitor).some(
            (pattern: EventPattern) =>
                (pattern.status === 'attempted' || pattern.status === 'held') &&
                holdable.some((tool) =>
                    policy.agents.some((_, agent) => mayBe(matchesCall(pattern, { agent, tool, args: {} })))
                )
        );
    return policy.monitors.some(sees);
}

function readsApprovals(condition: Condition): boolean {
    let reads = false;
    visitConditions(condition, (part) => {
        reads ||= part.op === 'approved by';
    });
    return reads;
}

/** Whether an approval could make the condition true: `approved by` under an even number of `not`. */
function isWorseApproved(condition: Condition, positive: boolean): boolean {
    switch (condition.op) {
        case 'approved by':
            return positive;
        case 'not':
            return isWorseApproved(condition.arg, !positive);
        case 'and':
        case 'or':
            return condition.args.some((arg) => isWorseApproved(arg, positive));
        default:
            return false;
    }
}
