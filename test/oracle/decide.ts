/** The oracle's decisions (M2-M7, M16), over the list of events. */
import type { Policy, Reading, Rule } from '../../server/model/policy/policy.js';
import type { Call, Decision, Waiting } from '../../server/model/session/session.js';
import { every, known, opposite, type Answer } from './answer.js';
import { isSatisfied } from './approvals.js';
import { answer } from './conditions.js';
import { principals } from './delegation.js';
import { isOne } from './events.js';
import { grants } from './grants.js';
import { fits } from './schema.js';
import { runningIds, viewOf, type OracleSession } from './session.js';
import type { Ending, View } from './view.js';

export * from './session.js';

/** The distinguishable ends of a running call of a tool. */
export type Endings = (tool: number) => readonly Ending[];

const PLAIN: Endings = () => [{ outcome: 'success' }, { outcome: 'error' }, { outcome: 'lost' }];

/** Decides a call now, or names the running calls whose ends the decision depends on (M2). */
export function decide(
    policy: Policy,
    session: OracleSession,
    call: Call,
    readings: readonly Reading[] = [],
    endings: Endings = PLAIN
): Decision | Waiting {
    const running = runningIds(session);
    const worlds = combinations(session, running, endings);
    const decisions = worlds.map((world) => decideIn(policy, session, call, readings, world));
    if (decisions.every((decision) => JSON.stringify(decision) === JSON.stringify(decisions[0]))) {
        const decision = decisions[0] as Decision;
        const others = othersOf(policy, session, call, running);
        return decision.kind === 'allowed' && others.length > 0 ? { kind: 'waits', on: others } : decision;
    }
    const matters = (id: number): boolean =>
        worlds.some((world, i) =>
            worlds.some(
                (other, j) =>
                    running.every((r) => r === id || world.get(r) === other.get(r)) &&
                    JSON.stringify(decisions[i]) !== JSON.stringify(decisions[j])
            )
        );
    return { kind: 'waits', on: running.filter(matters) };
}

/** The decision that would be made for each combination of ends of the running calls. */
export function possibleDecisions(
    policy: Policy,
    session: OracleSession,
    call: Call,
    readings: readonly Reading[] = [],
    endings: Endings = PLAIN
): Decision[] {
    return combinations(session, runningIds(session), endings).map((world) =>
        decideIn(policy, session, call, readings, world)
    );
}

/** The running calls whose ends are waited for by a call that drops the caller's context (M15). */
function othersOf(policy: Policy, session: OracleSession, call: Call, running: readonly number[]): number[] {
    const clears = policy.tools[call.tool]?.clears ?? [];
    return clears.length === 0
        ? []
        : running.filter((id) => session.entries.some((entry) => entry.id === id && entry.call.agent === call.agent));
}

function decideIn(
    policy: Policy,
    session: OracleSession,
    call: Call,
    readings: readonly Reading[],
    assumed: ReadonlyMap<number, Ending>
): Decision {
    const tool = policy.tools[call.tool];
    const { delegatesTo } = tool ?? {};
    const isDeclared =
        delegatesTo === undefined ||
        (policy.delegations ?? []).some(({ from, to }) => from === call.agent && to === delegatesTo);
    if (tool === undefined || !isDeclared || !fits(tool, call.args)) {
        return { kind: 'denied', by: 'inventory', rules: [] };
    }
    const view: View = { ...viewOf(policy, session, call, assumed), readings };
    const decisions = principals(view).map((principal) =>
        decideFor({ ...view, call: { ...call, agent: principal }, caller: call.agent })
    );
    return strictest(decisions);
}

/** The strictest of the decisions, with the rules named by each equally strict one (M16). */
function strictest(decisions: readonly Decision[]): Decision {
    const kind = (['denied', 'held', 'allowed'] as const).find((one) => decisions.some((d) => d.kind === one));
    const alike = decisions.filter((decision) => decision.kind === kind);
    const by = (['rule', 'unknown', 'default'] as const).find((one) => alike.some((d) => d.by === one)) ?? 'inventory';
    const rules = [...new Set(alike.filter((d) => d.by === by).flatMap((decision) => decision.rules))].sort(
        (a, b) => a - b
    );
    return { kind: kind ?? 'denied', by, rules };
}

function decideFor(view: View): Decision {
    const { policy, call } = view;
    const applies = (rule: Rule): Answer =>
        every([isOne(policy, rule.subject, call, call.agent), answer(rule.when, view)]);
    const which = (test: (rule: Rule, index: number) => boolean): number[] =>
        policy.rules.flatMap((rule, index) => (rule.audit !== true && test(rule, index) ? [index] : []));

    const denial = (rule: Rule): Answer => {
        if (rule.kind === 'deny') {
            return applies(rule);
        }
        return rule.kind === 'require' ? every([applies(rule), opposite(answer(rule.requires, view))]) : known(false);
    };
    const denying = which((rule) => denial(rule) !== 'no');
    if (denying.length > 0) {
        const surely = denying.some((index) => denial(policy.rules[index] as Rule) === 'yes');
        return { kind: 'denied', by: surely ? 'rule' : 'unknown', rules: denying };
    }
    const granted = grants(view, applies);
    if (granted.is !== 'yes') {
        return { kind: 'denied', by: granted.is === 'unknown' ? 'unknown' : 'default', rules: granted.rules };
    }
    const missing = which(
        (rule, index) => rule.kind === 'approval' && applies(rule) !== 'no' && !isSatisfied(index, view)
    );
    return missing.length > 0
        ? { kind: 'held', by: 'rule', rules: missing }
        : { kind: 'allowed', by: 'rule', rules: granted.rules };
}

function combinations(session: OracleSession, running: readonly number[], endings: Endings): Map<number, Ending>[] {
    return running.reduce<Map<number, Ending>[]>(
        (worlds, id) => {
            const tool = session.entries.find((entry) => entry.id === id)?.call.tool ?? -1;
            const ways = endings(tool);
            return worlds.flatMap((world) => ways.map((ending) => new Map(world).set(id, ending)));
        },
        [new Map<number, Ending>()]
    );
}
