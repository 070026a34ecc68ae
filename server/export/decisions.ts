/** Writes M4 as expressions: a call is denied, a call is granted, and the approvals that it lacks. */
import type { NumberedRule } from '../model/decide.js';
import { matchesCall } from '../model/conditions/evaluate.js';
import type { Rule } from '../model/policy/policy.js';
import { mayBe, mustBe } from '../model/policy/truth.js';
import type { Action } from '../checker/system/actions.js';
import type { Slice } from '../checker/reductions/slice.js';
import type { Asker, Conditions } from './conditions.js';
import type { Bool } from './expressions.js';
import { all, any, bool, isOne, NO, not, variable, YES } from './expressions.js';
import { Unexportable } from './unexportable.js';
import type { Variables } from './variables.js';
import { limitOf } from '../checker/limits/limits.js';

export interface SymbolicDecision {
    /** True if the call is granted and not denied, so that it is allowed or held. */
    readonly passes: Bool;
    /** For each approval rule that may apply, true if it does. */
    readonly asks: ReadonlyMap<number, Bool>;
}

/** The people whose approval releases a held call, and the approval rules that apply. */
export interface Release {
    readonly guard: Bool;
    readonly approvers: readonly number[];
}

export class Decisions {
    constructor(
        private readonly slice: Slice,
        private readonly variables: Variables,
        private readonly conditions: Conditions
    ) {}

    /**
     * The decision is made for the caller, and for each agent that the caller acts for while that delegation is open;
     * the strictest decision counts (M16).
     */
    decide({ call, rules, principals }: Action): SymbolicDecision {
        const own = this.decideFor(call.agent, call.agent, call, rules);
        const passes = [own.passes];
        const asks = new Map(own.asks);
        for (const principal of principals) {
            const isAsked = this.actsFor(call.agent, principal.agent, new Set([call.agent]));
            const other = this.decideFor(principal.agent, call.agent, call, principal.rules);
            passes.push(any([not(isAsked), other.passes]));
            for (const [rule, asked] of other.asks) {
                asks.set(rule, any([asks.get(rule) ?? NO, all([isAsked, asked])]));
            }
        }
        return { passes: all(passes), asks };
    }

    /** The minimal sets of people whose approval releases the call; only the empty set if no rule applies. */
    releases({ passes, asks }: SymbolicDecision, mayApprove: (human: number) => Bool): Release[] {
        const rules = [...asks].filter(([, asked]) => asked !== NO);
        const most = limitOf('exportedApprovals');
        if (rules.length > most) {
            // Every combination would be tried.
            throw new Unexportable(`more than ${most} rules that ask for approval of one call`);
        }
        return subsets(rules.map((_, index) => index)).flatMap((chosen): Release[] => {
            const isAsked = all(rules.map(([, asked], index) => (chosen.includes(index) ? asked : not(asked))));
            const asking = chosen.map((index) => this.slice.ground.rules[rules[index]![0]]!);
            return isAsked === NO
                ? []
                : this.smallestSets(asking).map((approvers) => ({
                      guard: all([passes, isAsked, ...approvers.map(mayApprove)]),
                      approvers
                  }));
        });
    }

    private smallestSets(asking: readonly Rule[]): (readonly number[])[] {
        const approvals = asking.flatMap((rule) => (rule.kind === 'approval' ? [rule] : []));
        const humans = [...new Set(approvals.flatMap((rule) => rule.humans))].sort((a, b) => a - b);
        const enough = subsets(humans).filter((set) =>
            approvals.every((rule) => rule.humans.filter((human) => set.includes(human)).length >= rule.quorum)
        );
        return enough.filter(
            (set) => !enough.some((other) => other.length < set.length && other.every((human) => set.includes(human)))
        );
    }

    private decideFor(
        agent: number,
        carrier: number,
        call: Action['call'],
        rules: readonly NumberedRule[]
    ): SymbolicDecision {
        const asker: Asker = { agent, carrier, approvers: [] };
        const denies: Bool[] = [];
        const grants: Bool[] = [];
        const inModes: { readonly mode: NonNullable<Rule['mode']>; readonly must: Bool }[] = [];
        const asks = new Map<number, Bool>();
        for (const { index, rule } of rules) {
            const isMeant = matchesCall(rule.subject, { ...call, agent });
            const may = all([bool(mayBe(isMeant)), this.conditions.may(rule.when, asker)]);
            const must = all([bool(mustBe(isMeant)), this.conditions.must(rule.when, asker)]);
            switch (rule.kind) {
                case 'allow':
                    if (rule.mode && mayBe(isMeant)) {
                        inModes.push({ mode: rule.mode, must });
                    } else {
                        grants.push(must);
                    }
                    break;
                case 'deny':
                    denies.push(may);
                    break;
                case 'require':
                    denies.push(all([may, not(this.conditions.must(rule.requires, asker))]));
                    break;
                case 'approval':
                    asks.set(index, may);
                    break;
                case 'withhold':
                    throw new Unexportable('results that are withheld');
            }
        }
        grants.push(this.grantedInModes(agent, inModes));
        return { passes: all([not(any(denies)), any(grants)]), asks };
    }

    /** Each machine in which some mode allows the call must allow it in every mode that it may be in (M18). */
    private grantedInModes(
        agent: number,
        grants: readonly { readonly mode: NonNullable<Rule['mode']>; readonly must: Bool }[]
    ): Bool {
        if (grants.length === 0) {
            return NO;
        }
        const machines = [...new Set(grants.map(({ mode }) => mode.machine))];
        return all(
            machines.flatMap((machine) =>
                this.slice.ground.machines![machine]!.modes.map((_, mode) => {
                    const here = grants.filter((grant) => grant.mode.machine === machine && grant.mode.mode === mode);
                    const there = isOne(variable(this.variables.mode(machine, agent, mode)));
                    return any([not(there), ...here.map(({ must }) => must)]);
                })
            )
        );
    }

    /** The condition that the agent acts for the principal through any number of open delegations. */
    private actsFor(agent: number, principal: number, seen: ReadonlySet<number>): Bool {
        if (agent === principal) {
            return YES;
        }
        return any(
            (this.slice.ground.delegations ?? []).flatMap(({ from, to, ownRights }, index) =>
                to === agent && !ownRights && !seen.has(from)
                    ? [
                          all([
                              isOne(variable(this.variables.delegated(index))),
                              this.actsFor(from, principal, new Set([...seen, from]))
                          ])
                      ]
                    : []
            )
        );
    }
}

function subsets<T>(items: readonly T[]): T[][] {
    return items.reduce<T[][]>((all, item) => [...all, ...all.map((set) => [...set, item])], [[]]);
}
