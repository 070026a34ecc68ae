/**
 * Generates the calls that the naive checker tries: for every tool, arguments near every constant, one or two of each
 * kind.
 */
import type { Arguments, Condition, EventPattern, Policy, Tool, Value } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';
import { ANYONE, argumentValues } from './columns.js';
import type { OracleSession } from './decide.js';
import { policyConditions } from './fit.js';
import { answer } from './conditions.js';
import { fits } from './schema.js';
import { foreign } from './sessions.js';

/**
 * @param ofEachKind the number of calls that no condition distinguishes: two of them may be separate calls, because one
 * can be submitted while the other is held
 * @param refusals true if calls that the schema refuses are tried too
 */
export function candidates(policy: Policy, ofEachKind: number, refusals: boolean): Call[] {
    const conditions = [...policyConditions(policy), ...patterns(policy).map((pattern) => pattern.where)];
    const atoms = conditions.flatMap(staticAtoms);
    const refusalsMatter =
        refusals && patterns(policy).some((pattern) => ['attempted', 'denied'].includes(pattern.status));
    const calls: Call[] = [];
    for (const agent of policy.agents.keys()) {
        for (const [index, tool] of policy.tools.entries()) {
            const seen = new Map<string, number>();
            for (const args of argumentsOf(tool)) {
                const call: Call = { agent, tool: index, args };
                const kind = kindOf(policy, call, atoms);
                const alike = seen.get(kind) ?? 0;
                seen.set(kind, alike + 1);
                if (alike < ofEachKind) {
                    calls.push(call);
                }
            }
            if (refusalsMatter) {
                calls.push(...refused(policy, agent, index, atoms));
            }
        }
    }
    return calls;
}

/** Calls that the schema refuses, one of each kind: they are attempted and denied like any other (M4). */
function refused(policy: Policy, agent: number, index: number, atoms: readonly Condition[]): Call[] {
    const tool = policy.tools[index] as Tool;
    const kinds = new Map<string, Call>();
    for (const args of argumentsOf(tool).flatMap(foreign)) {
        const call: Call = { agent, tool: index, args };
        const kind = kindOf(policy, call, atoms);
        if (!fits(tool, args) && !kinds.has(kind)) {
            kinds.set(kind, call);
        }
    }
    return [...kinds.values()];
}

/** A text that is equal for calls of one agent and tool for which every condition on arguments has the same value. */
function kindOf(policy: Policy, call: Call, atoms: readonly Condition[]): string {
    const keys = keyParams(policy).map((param) => call.args[param] ?? null);
    return JSON.stringify([atoms.map((atom) => answer(atom, glance(policy, call))), keys]);
}

/** The parameters whose exact values the history depends on. */
function keyParams(policy: Policy): string[] {
    const asked = policy.monitors.flatMap((m) => (m.keys ?? []).flatMap((t) => (t.term === 'param' ? [t.name] : [])));
    const served = policy.rules.flatMap((rule) =>
        rule.kind === 'approval' ? (rule.per ?? []).flatMap((t) => (t.term === 'param' ? [t.name] : [])) : []
    );
    return [...new Set([...asked, ...served, ...patterns(policy).flatMap((pattern) => pattern.keys ?? [])])];
}

/**
 * True if a call is worth trying after a session: among indistinguishable values, the next new one represents all that
 * have not occurred yet.
 */
export function isNext(call: Call, session: OracleSession): boolean {
    const used = new Set(session.entries.flatMap((entry) => Object.values(entry.call.args)).filter(isAnyone));
    return Object.values(call.args)
        .filter(isAnyone)
        .every((value) => {
            const isKnown = used.has(value) || value === ANYONE[used.size];
            used.add(value);
            return isKnown;
        });
}

function isAnyone(value: Value): boolean {
    return typeof value === 'string' && ANYONE.includes(value);
}

/** Every pattern of events in the policy. */
export function patterns(policy: Policy): EventPattern[] {
    const remembered = policy.monitors.flatMap((m) => (m.from === undefined ? [m.event] : [m.event, m.from]));
    return [...remembered, ...policy.claims.flatMap((claim) => (claim.kind === 'possible' ? claim.steps : []))];
}

function argumentsOf(tool: Tool): Arguments[] {
    return tool.params.reduce<Arguments[]>(
        (all, param) =>
            all.flatMap((args) =>
                argumentValues(param).map((value): { [name: string]: Value } =>
                    value === undefined ? args : { ...args, [param.name]: value }
                )
            ),
        [{}]
    );
}

function staticAtoms(condition: Condition): Condition[] {
    switch (condition.op) {
        case 'not':
            return staticAtoms(condition.arg);
        case 'and':
        case 'or':
            return condition.args.flatMap(staticAtoms);
        case 'compare':
        case 'in':
        case 'host in':
        case 'given':
            return [condition];
        default:
            return [];
    }
}

/** A call on its own, without any history. */
function glance(policy: Policy, call: Call): Parameters<typeof answer>[1] {
    return { policy, entries: [], call, own: 0, approvers: [], before: 0, now: 0, assumed: new Map() };
}
