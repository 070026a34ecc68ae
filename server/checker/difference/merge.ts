/**
 * Merges two policies into one set of names. As long as their decisions agree, both have the same history, so one
 * memory serves both: equal declarations occur once, all others side by side, and each policy reads its own.
 */
import type { Label, Machine, Monitor, OutsideEvent, Policy, Recorder, Tool } from '../../model/policy/policy.js';
import type { Truth } from '../../model/policy/truth.js';
import { FALSE } from '../../model/policy/truth.js';
import type { Indices } from '../conditions/reindex.js';
import {
    assumptionIn,
    claimIn,
    machineIn,
    monitorIn,
    recorderIn,
    ruleIn,
    sourceIn,
    toolIn
} from '../conditions/reindex.js';
import type { InventoryDifference } from '../results/difference.js';
import { type Comparable, comparable } from './inventory.js';
import { plainText } from '../conditions/plain.js';
import { limitOf } from '../limits/limits.js';
import { nameText } from '../../model/text/typed-text.js';

export interface MergedPolicy {
    /**
     * The rules of both policies, those of the old one first; each policy keeps its rule numbers, counted from its
     * first rule.
     */
    readonly policy: Policy;
    readonly old: Policy;
    readonly new: Policy;
    /** The elements that only one policy declares, or that they declare differently. They are not compared. */
    readonly apart: readonly InventoryDifference[];
}

/** Replaces the merged policy by a rewritten one, in which the rules stay the same, in the same order. */
export function withPolicy(merged: MergedPolicy, policy: Policy): MergedPolicy {
    const border = merged.old.rules.length;
    const [old, young] = [policy.rules.slice(0, border), policy.rules.slice(border)];
    return { ...merged, policy, old: { ...policy, rules: old }, new: { ...policy, rules: young } };
}

/** Merges the policies, or returns the reason why they cannot be compared. */
export function mergeOf(old: Policy, young: Policy): MergedPolicy | { readonly incomparable: string } {
    return merged(old, young, comparable(old, young), false);
}

/**
 * Merges the policies with their claims, assumptions and all their tools and agents, of which those that both declare are as the
 * new policy declares them.
 */
export function mergeWithClaims(old: Policy, young: Policy): MergedPolicy | { readonly incomparable: string } {
    const all = (one: readonly { readonly name: string }[], other: readonly { readonly name: string }[]): string[] => [
        ...new Set([...one, ...other].map(({ name }) => name))
    ];
    const pair = { tools: all(old.tools, young.tools), agents: all(old.agents, young.agents), apart: [] };
    return merged(old, young, pair, true);
}

function merged(
    old: Policy,
    young: Policy,
    pair: Comparable,
    hasClaims: boolean
): MergedPolicy | { readonly incomparable: string } {
    const incomparable = reasonAgainst(old, young);
    if (incomparable !== undefined) {
        return { incomparable };
    }
    // Machines refer to each other: they are first assumed equal, and remain so if nothing distinguishes them.
    const shared = sameMachineNames(old, young) ? new Merger(old, young, pair, true, hasClaims).merge() : undefined;
    const both = shared ?? new Merger(old, young, pair, false, hasClaims).merge()!;
    // Sets of labels are the bits of a word.
    const most = limitOf('comparedLabels');
    return both.policy.labels.length > most ? { incomparable: `together they have more than ${most} labels` } : both;
}

function reasonAgainst(old: Policy, young: Policy): string | undefined {
    const differ = (a: unknown, b: unknown): boolean => plainText(a) !== plainText(b);
    if (old.timezone !== undefined && young.timezone !== undefined && old.timezone !== young.timezone) {
        return 'their time zones differ';
    }
    if (old.request && young.request && differ(old.request, young.request)) {
        return 'they declare the request of the user differently';
    }
    const constants = (young.sessionConstants ?? []).filter((constant) => {
        const same = old.sessionConstants?.find(({ name }) => name === constant.name);
        return same && differ(same.type, constant.type);
    });
    if (constants.length > 0) {
        return `they declare the session constant ${nameText(constants[0]!.name, 'EventName')} differently`;
    }
    return differ(delegationsByName(old), delegationsByName(young))
        ? 'they declare delegations differently'
        : undefined;
}

/** The delegations by name, including the agents that form one principal. */
function delegationsByName({ agents, delegations = [] }: Policy): unknown {
    return [
        delegations.map(({ from, to, ownRights }) => [agents[from]!.name, agents[to]!.name, ownRights]),
        delegations.length > 0 && agents.map(({ name, principal }, index) => [name, principal ?? index])
    ];
}

function sameMachineNames(old: Policy, young: Policy): boolean {
    const names = ({ machines = [] }: Policy): string => JSON.stringify(machines.map(({ name }) => name));
    return names(old) === names(young);
}

/** The elements that both contribute to the merged policy, in its order. */
class Pool<T> {
    readonly all: T[] = [];
    private readonly known = new Map<string, number>();

    /** @param key equal elements have the same key */
    add(one: T, key = plainText(one)): number {
        const index = this.known.get(key) ?? this.all.push(one) - 1;
        this.known.set(key, index);
        return index;
    }
}

/** What one policy contributes: its statements, with the names of the merged policy, and its tools. */
interface Side {
    readonly statements: Pick<Policy, 'rules' | 'claims' | 'assumptions'>;
    readonly tools: ReadonlyMap<string, Tool>;
}

class Merger {
    private readonly sharedLabels: ReadonlySet<string>;
    private readonly humans = new Pool<Policy['humans'][number]>();
    private readonly labels = new Pool<Label>();
    private readonly outside = new Pool<OutsideEvent>();
    private readonly signals = new Pool<NonNullable<Policy['signals']>[number]>();
    private readonly monitors = new Pool<Monitor>();
    private readonly recorders = new Pool<Recorder>();
    private readonly sources = new Pool<NonNullable<Policy['sources']>[number]>();
    private readonly machines: Machine[] = [];
    private areMachinesAlike = true;

    constructor(
        private readonly old: Policy,
        private readonly young: Policy,
        private readonly pair: Comparable,
        private readonly sharesMachines: boolean,
        private readonly hasClaims: boolean
    ) {
        this.sharedLabels = labelsAlike(old, young, pair.tools);
    }

    /** Undefined if machines that were assumed equal turn out to differ. */
    merge(): MergedPolicy | undefined {
        const [old, young] = [this.side(this.old, 0), this.side(this.young, 1)];
        if (!this.areMachinesAlike) {
            return undefined;
        }
        const base: Policy = {
            name: this.young.name,
            source: this.young.source,
            agents: this.pair.agents.map((name) =>
                [...this.old.agents, ...this.young.agents].find((agent) => agent.name === name)!
            ),
            humans: this.humans.all,
            labels: this.labels.all,
            outsideEvents: this.outside.all,
            tools: this.pair.tools.map((name) => mergedTool(old.tools.get(name), young.tools.get(name))),
            monitors: this.monitors.all,
            ...(this.recorders.all.length > 0 && { recorders: this.recorders.all }),
            ...(this.sources.all.length > 0 && { sources: this.sources.all }),
            ...(this.machines.length > 0 && { machines: this.machines }),
            ...(this.old.delegations && { delegations: this.old.delegations }),
            ...this.environment(),
            rules: [],
            claims: [],
            scenarios: []
        };
        return {
            policy: { ...base, rules: [...old.statements.rules, ...young.statements.rules] },
            old: { ...base, ...old.statements },
            new: { ...base, ...young.statements },
            apart: this.pair.apart
        };
    }

    private environment(): Partial<Policy> {
        const { old, young } = this;
        const constants = [...(old.sessionConstants ?? []), ...(young.sessionConstants ?? [])];
        const timezone = old.timezone ?? young.timezone;
        const request = old.request ?? young.request;
        return {
            ...(constants.length > 0 && {
                sessionConstants: constants.filter(
                    ({ name }, index) => constants.findIndex((other) => other.name === name) === index
                )
            }),
            ...(this.signals.all.length > 0 && { signals: this.signals.all }),
            ...(timezone !== undefined && { timezone }),
            ...(request && { request })
        };
    }

    private side(policy: Policy, side: 0 | 1): Side {
        const to = this.indicesOf(policy, side);
        const machines = policy.machines ?? [];
        machines.forEach((machine, index) => {
            const mapped = machineIn(machine, to);
            const place = to.machine(index);
            if (this.machines[place] && plainText(this.machines[place]) !== plainText(mapped)) {
                this.areMachinesAlike = false;
            }
            this.machines[place] ??= mapped;
        });
        return {
            statements: {
                rules: policy.rules.map((rule) => ruleIn(rule, to)),
                claims: this.hasClaims ? policy.claims.map((claim) => claimIn(claim, to)) : [],
                ...(this.hasClaims &&
                    policy.assumptions && {
                        assumptions: policy.assumptions.map((one) => assumptionIn(one, to))
                    })
            },
            tools: new Map(
                policy.tools
                    .filter(({ name }) => this.pair.tools.includes(name))
                    .map((tool) => [tool.name, toolIn(tool, to)])
            )
        };
    }

    private indicesOf(policy: Policy, side: 0 | 1): Indices {
        const places = this.pair.tools.map((name) => policy.tools.findIndex((tool) => tool.name === name));
        const names = new Map(policy.agents.map(({ name }, index) => [index, this.pair.agents.indexOf(name)]));
        const first = side === 0 || this.sharesMachines ? 0 : (this.old.machines ?? []).length;
        const monitors = new Map<number, number>();
        const recorders = new Map<number, number>();
        const once = (known: Map<number, number>, index: number, add: () => number): number => {
            const place = known.get(index) ?? add();
            known.set(index, place);
            return place;
        };
        const to: Indices = {
            tools: (truths: readonly Truth[]) => places.map((place) => truths[place] ?? FALSE),
            agent: (index) => {
                const place = names.get(index) ?? -1;
                return place < 0 ? undefined : place;
            },
            human: (index) => this.humans.add(policy.humans[index]!, policy.humans[index]!.name),
            label: (index) => {
                const label = policy.labels[index]!;
                const name = this.sharedLabels.has(label.name)
                    ? label.name
                    : `${label.name} (${side === 0 ? 'old' : 'new'} policy)`;
                return this.labels.add({ ...label, name }, name);
            },
            outside: (index) => this.eventIn(policy, policy.outsideEvents[index]!, side, to),
            monitor: (index) => once(monitors, index, () => this.monitors.add(monitorIn(policy.monitors[index]!, to))),
            recorder: (index) =>
                once(recorders, index, () => this.recorders.add(recorderIn(policy.recorders![index]!, to))),
            source: (index) => this.sources.add(sourceIn(policy.sources![index]!, to)),
            machine: (index) => first + index,
            signal: (index) => this.signals.add(policy.signals![index]!)
        };
        // Events that end a delegation are needed even if no condition reads them.
        policy.outsideEvents.forEach((_, index) => to.outside(index));
        return to;
    }

    private eventIn(policy: Policy, event: OutsideEvent, side: 0 | 1, to: Indices): number | undefined {
        const { name, special, delegate, mode, params } = event;
        const mapped: OutsideEvent = {
            ...event,
            ...(delegate !== undefined && { delegate: this.pair.agents.indexOf(policy.agents[delegate]!.name) }),
            ...(mode && { mode: { ...mode, machine: to.machine(mode.machine) } })
        };
        const isOneSided = mode !== undefined && !this.sharesMachines;
        return this.outside.add(
            mapped,
            plainText([name, special, mapped.delegate, mapped.mode, params, isOneSided && side])
        );
    }
}

/** Each policy reads the labels that it declares. */
function mergedTool(old: Tool | undefined, young: Tool | undefined): Tool {
    if (!old || !young) {
        return (old ?? young)!;
    }
    const both = (a: readonly number[], b: readonly number[]): number[] => [...new Set([...a, ...b])];
    const conditional = [...(old.conditionalReads ?? []), ...(young.conditionalReads ?? [])];
    return {
        ...young,
        reads: both(old.reads, young.reads),
        clears: both(old.clears, young.clears),
        ...(conditional.length > 0 && {
            conditionalReads: conditional.filter(
                (more, index) => conditional.findIndex((other) => plainText(other) === plainText(more)) === index
            )
        })
    };
}

/**
 * The names of the labels that every tool adds and clears in the same way in both policies. Labels read under a
 * condition are kept separate.
 */
function labelsAlike(old: Policy, young: Policy, tools: readonly string[]): ReadonlySet<string> {
    const said = (policy: Policy, label: string): string => {
        const index = policy.labels.findIndex(({ name }) => name === label);
        return plainText(
            tools.map((name) => {
                const tool = policy.tools.find((other) => other.name === name);
                return [tool?.reads.includes(index) === true, tool?.clears.includes(index) === true];
            })
        );
    };
    const isConditional = ({ tools: all, labels }: Policy, name: string): boolean =>
        all.some(({ conditionalReads = [] }) =>
            conditionalReads.some((more) => more.labels.some((label) => labels[label]!.name === name))
        );
    return new Set(
        old.labels
            .map(({ name }) => name)
            .filter(
                (name) =>
                    young.labels.some((label) => label.name === name) &&
                    !isConditional(old, name) &&
                    !isConditional(young, name) &&
                    said(old, name) === said(young, name)
            )
    );
}
