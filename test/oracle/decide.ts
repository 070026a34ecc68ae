/**
 * The oracle's decisions (M2-M7): a session is its list of entries, and everything else (who is held, who approved,
 * what still runs) is looked up in that list each time.
 */
import type { Outcome, Policy, Rule } from '../../server/model/policy.js';
import type { Call, Decision, Waiting } from '../../server/model/session.js';
import { every, known, opposite, type Answer } from './answer.js';
import { answer, isOne, sameCall, type Entry, type View } from './history.js';
import { fits } from './schema.js';

export interface OracleSession {
    readonly time: number;
    readonly entries: readonly Entry[];
}

export const start: OracleSession = { time: 0, entries: [] };

/** A call that a human has been asked about and that is neither released, denied, refused nor lapsed. */
export interface Hold {
    readonly id: number;
    readonly call: Call;
    /** The requirements that humans have been asked to answer. */
    readonly rules: readonly number[];
    readonly until: number;
}

const OUTCOMES: readonly Outcome[] = ['success', 'error', 'lost'];

/** Decides a call now, or names the running calls whose end decides it (M2). */
export function decide(policy: Policy, session: OracleSession, call: Call): Decision | Waiting {
    const running = runningIds(session);
    const worlds = combinations(running);
    const decisions = worlds.map((world) => decideIn(policy, session, call, world));
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

/** M15: the running calls whose end a call waits for that drops the caller's context. */
function othersOf(policy: Policy, session: OracleSession, call: Call, running: readonly number[]): number[] {
    const clears = policy.tools[call.tool]?.clears ?? [];
    return clears.length === 0
        ? []
        : running.filter((id) => session.entries.some((entry) => entry.id === id && entry.call.agent === call.agent));
}

/** The session after a call was submitted and decided. */
export function submit(policy: Policy, session: OracleSession, call: Call, decision: Decision): OracleSession {
    const hold = holdOf(policy, session, call);
    const id = hold?.id ?? nextId(session);
    const at = nextPosition(session);
    const entry = (kind: Entry['kind'], more: Partial<Entry>): Entry => ({
        kind,
        position: at,
        time: session.time,
        id,
        call,
        rules: [],
        humans: [],
        ...more
    });
    const added: Entry[] = hold === undefined ? [entry('attempt', {})] : [];
    if (decision.kind === 'denied') {
        added.push(entry('deny', {}));
    } else if (decision.kind === 'allowed') {
        added.push(entry('release', { humans: hold === undefined ? [] : approversOf(policy, session, hold) }));
    } else if (hold === undefined) {
        added.push(entry('hold', { rules: decision.rules, until: session.time + timeout(policy, decision.rules) }));
    } else {
        const fresh = decision.rules.filter((rule) => !hold.rules.includes(rule));
        const until = session.time + timeout(policy, fresh);
        const older = fresh.length < decision.rules.length;
        if (fresh.length > 0) {
            added.push(entry('ask more', { rules: fresh, until: older ? Math.min(hold.until, until) : until }));
        }
    }
    return { ...session, entries: [...session.entries, ...added] };
}

/** The session after a released call ended. */
export function end(session: OracleSession, id: number, outcome: Outcome): OracleSession {
    const release = session.entries.find((entry) => entry.kind === 'release' && entry.id === id) as Entry;
    return add(session, { ...release, kind: 'end', humans: [], outcome });
}

/** The session after a human approved a held call: what that human was asked, all at once (M5). */
export function approve(policy: Policy, session: OracleSession, hold: Hold, human: number): OracleSession {
    const rules = hold.rules.filter((rule) => approvalRule(policy, rule).humans.includes(human));
    return add(session, { ...blank(hold), kind: 'approve', rules, humans: [human] });
}

export function refuse(session: OracleSession, hold: Hold, human: number): OracleSession {
    return add(session, { ...blank(hold), kind: 'refuse', humans: [human] });
}

/** The session after something from outside happened. */
export function occur(session: OracleSession, event: number): OracleSession {
    const nobody: Call = { agent: -1, tool: -1, args: {} };
    return add(session, { ...blank({ id: OUTSIDE, call: nobody, rules: [], until: 0 }), kind: 'outside', event });
}

/** The number of what is no call. */
const OUTSIDE = -1;

export function wait(session: OracleSession, seconds: number): OracleSession {
    return { ...session, time: session.time + seconds };
}

/** The calls that humans may answer now, oldest first. */
export function holds(policy: Policy, session: OracleSession): Hold[] {
    const open: Hold[] = [];
    for (const { id } of session.entries.filter((entry) => entry.kind === 'hold')) {
        const own = session.entries.filter((entry) => entry.id === id);
        const requests = own.filter((entry) => entry.kind === 'hold' || entry.kind === 'ask more');
        const latest = requests[requests.length - 1];
        const over = own.some((entry) => ['release', 'deny', 'refuse'].includes(entry.kind));
        if (latest?.until === undefined || over) {
            continue;
        }
        const rules = requests.flatMap((entry) => entry.rules);
        const answered = rules.every((rule) => isSatisfied(policy, session, id, rule));
        if (session.time <= latest.until || answered) {
            open.push({ id, call: latest.call, rules, until: latest.until });
        }
    }
    return open;
}

/** The hold that a submission of this call belongs to (M7). */
export function holdOf(policy: Policy, session: OracleSession, call: Call): Hold | undefined {
    return holds(policy, session).find((hold) => sameCall(hold.call, call));
}

/** The humans that a hold asks. */
export function asked(policy: Policy, hold: Hold): number[] {
    return [...new Set(hold.rules.flatMap((rule) => approvalRule(policy, rule).humans))].sort((a, b) => a - b);
}

export function runningIds(session: OracleSession): number[] {
    const ended = session.entries.filter((entry) => entry.kind === 'end').map((entry) => entry.id);
    return session.entries
        .filter((entry) => entry.kind === 'release' && !ended.includes(entry.id))
        .map((entry) => entry.id);
}

/** How the history looks to a call that is about to be decided or judged. */
export function viewOf(
    policy: Policy,
    session: OracleSession,
    call: Call,
    assumed: ReadonlyMap<number, Outcome> = new Map()
): View {
    const hold = holdOf(policy, session, call);
    return {
        policy,
        entries: session.entries,
        call,
        own: hold?.id ?? nextId(session),
        approvers: hold === undefined ? [] : approversOf(policy, session, hold),
        before: nextPosition(session),
        now: session.time,
        assumed
    };
}

function decideIn(policy: Policy, session: OracleSession, call: Call, assumed: ReadonlyMap<number, Outcome>): Decision {
    const tool = policy.tools[call.tool];
    if (tool === undefined || !fits(tool, call.args)) {
        return { kind: 'denied', by: 'inventory', rules: [] };
    }
    const view = viewOf(policy, session, call, assumed);
    const applies = (rule: Rule): Answer => every([isOne(rule.subject, call, call.agent), answer(rule.when, view)]);
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
    const allowing = which((rule) => rule.kind === 'allow' && applies(rule) === 'yes');
    if (allowing.length === 0) {
        const unsure = which((rule) => rule.kind === 'allow' && applies(rule) === 'unknown');
        return { kind: 'denied', by: unsure.length > 0 ? 'unknown' : 'default', rules: unsure };
    }
    const missing = which(
        (rule, index) =>
            rule.kind === 'approval' && applies(rule) !== 'no' && !isSatisfied(policy, session, view.own, index)
    );
    return missing.length > 0
        ? { kind: 'held', by: 'rule', rules: missing }
        : { kind: 'allowed', by: 'rule', rules: allowing };
}

/** Whether as many different people as are asked for have answered this requirement for this call, still good (M5). */
function isSatisfied(policy: Policy, session: OracleSession, id: number, rule: number): boolean {
    const answers = session.entries.filter((entry) => entry.id === id && isGood(policy, session, entry, rule));
    return new Set(answers.flatMap((entry) => entry.humans)).size >= approvalRule(policy, rule).quorum;
}

function isGood(policy: Policy, session: OracleSession, entry: Entry, rule: number): boolean {
    return (
        entry.kind === 'approve' &&
        entry.rules.includes(rule) &&
        session.time <= entry.time + approvalRule(policy, rule).valid
    );
}

function approversOf(policy: Policy, session: OracleSession, hold: Hold): number[] {
    const good = session.entries.filter(
        (entry) => entry.id === hold.id && entry.rules.some((rule) => isGood(policy, session, entry, rule))
    );
    return [...new Set(good.flatMap((entry) => entry.humans))].sort((a, b) => a - b);
}

/** A request lapses with the first of its requirements that is not answered in time. */
function timeout(policy: Policy, rules: readonly number[]): number {
    return Math.min(...rules.map((rule) => approvalRule(policy, rule).timeout));
}

function approvalRule(policy: Policy, index: number): Rule & { kind: 'approval' } {
    return policy.rules[index] as Rule & { kind: 'approval' };
}

function combinations(running: readonly number[]): Map<number, Outcome>[] {
    return running.reduce<Map<number, Outcome>[]>(
        (worlds, id) => worlds.flatMap((world) => OUTCOMES.map((outcome) => new Map(world).set(id, outcome))),
        [new Map<number, Outcome>()]
    );
}

function add(session: OracleSession, entry: Entry): OracleSession {
    return {
        ...session,
        entries: [...session.entries, { ...entry, position: nextPosition(session), time: session.time }]
    };
}

function blank(hold: Hold): Entry {
    return { kind: 'approve', position: 0, time: 0, id: hold.id, call: hold.call, rules: [], humans: [] };
}

function nextId(session: OracleSession): number {
    return session.entries.reduce((next, entry) => Math.max(next, entry.id + 1), 0);
}

function nextPosition(session: OracleSession): number {
    const last = session.entries[session.entries.length - 1];
    return last === undefined ? 0 : last.position + 1;
}
