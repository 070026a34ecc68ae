/**
 * A session as the oracle stores it: the list of events. Everything else (held calls, approvals, running calls) is
 * looked up in that list each time.
 */
import type { Arguments, Lasting, Outcome, Policy, Reading } from '../../server/model/policy/policy.js';
import type { Call, Decision } from '../../server/model/session/session.js';
import { approvalRule, approversOf, holdsAt, type Hold } from './approvals.js';
import { sameCall } from './compare.js';
import { fits, readable } from './schema.js';
import type { Ending, Entry, View } from './view.js';

export type { Hold } from './approvals.js';

export interface OracleSession {
    readonly time: number;
    readonly entries: readonly Entry[];
}

export const start: OracleSession = { time: 0, entries: [] };

/** The session after a call was submitted and decided. */
export function submit(
    policy: Policy,
    session: OracleSession,
    submitted: Call,
    decision: Decision,
    readings: readonly Reading[] = []
): OracleSession {
    const hold = holdOf(policy, session, submitted);
    const id = hold?.id ?? nextId(session);
    const at = nextPosition(session);
    const tool = policy.tools[submitted.tool];
    const isRefused = tool !== undefined && !fits(tool, submitted.args);
    const call = isRefused ? { ...submitted, args: readable(tool, submitted.args) } : submitted;
    const entry = (kind: Entry['kind'], more: Partial<Entry>): Entry => ({
        kind,
        position: at,
        time: session.time,
        id,
        call,
        rules: [],
        humans: [],
        readings,
        ...more
    });
    const added: Entry[] = hold === undefined ? [entry('attempt', {})] : [];
    if (decision.kind === 'denied') {
        added.push(entry('deny', {}));
    } else if (decision.kind === 'allowed') {
        added.push(entry('release', { humans: viewOf(policy, session, submitted).approvers }));
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
export function end(
    session: OracleSession,
    id: number,
    outcome: Outcome,
    result?: Arguments,
    readings: readonly Reading[] = []
): OracleSession {
    const release = session.entries.find((entry) => entry.kind === 'release' && entry.id === id) as Entry;
    return add(session, { ...release, kind: 'end', humans: [], outcome, ...(result && { result }), readings });
}

/** The session after a human approved a held call: all requirements for that human at once (M5). */
export function approve(
    policy: Policy,
    session: OracleSession,
    hold: Hold,
    human: number,
    lasts?: Lasting
): OracleSession {
    const rules = hold.rules.filter((rule) => approvalRule(policy, rule).humans.includes(human));
    const given = { ...blank(hold), kind: 'approve' as const, rules, humans: [human] };
    return rules.length === 0 ? session : add(session, { ...given, ...(lasts !== undefined && { lasts }) });
}

/** What a human may choose when approving; only undefined if no requirement leaves a choice. */
export function choices(policy: Policy, hold: Hold, human: number): (Lasting | undefined)[] {
    const rules = hold.rules.map((rule) => approvalRule(policy, rule)).filter(({ humans }) => humans.includes(human));
    const all = rules.flatMap((rule) => rule.choices ?? []);
    return all.length > 0 ? [...new Set(all)] : [undefined];
}

/** The session after a human refused a held call, which only a human who was asked can do (M5). */
export function refuse(policy: Policy, session: OracleSession, hold: Hold, human: number): OracleSession {
    const isAsked = hold.rules.some((rule) => approvalRule(policy, rule).humans.includes(human));
    return isAsked ? add(session, { ...blank(hold), kind: 'refuse', humans: [human] }) : session;
}

/** The session after an outside event. */
export function occur(
    session: OracleSession,
    event: number,
    args?: Arguments,
    readings: readonly Reading[] = []
): OracleSession {
    return add(session, { ...blank(NOTHING), kind: 'outside', event, ...(args && { args }), readings });
}

/** The session after the user said something. */
export function say(session: OracleSession, request: Arguments, readings: readonly Reading[] = []): OracleSession {
    return add(session, { ...blank(NOTHING), kind: 'says', args: request, readings });
}

/** The session after a delegate returned the work. */
export function giveBack(session: OracleSession, from: number, to: number): OracleSession {
    const nobody: Call = { ...NOTHING.call, agent: to };
    return add(session, { ...blank(NOTHING), kind: 'return', call: nobody, from, to });
}

/** The session after the clock is set to this time. */
export function setClock(session: OracleSession, epoch: number): OracleSession {
    return add(session, { ...blank(NOTHING), kind: 'clock', epoch });
}

/** The session after another one begins. Running calls are lost. */
export function begin(session: OracleSession, constants: Arguments): OracleSession {
    const ended = runningIds(session).reduce((before, id) => end(before, id, 'lost'), session);
    return add(ended, { ...blank(NOTHING), kind: 'session', args: constants });
}

/** The hold for steps that are not calls. */
const NOTHING: Hold = { id: -1, call: { agent: -1, tool: -1, args: {} }, rules: [], until: 0 };

export function wait(session: OracleSession, seconds: number): OracleSession {
    return { ...session, time: session.time + seconds };
}

/** The calls that humans may answer now, oldest first. */
export function holds(policy: Policy, session: OracleSession): Hold[] {
    return holdsAt(plainView(policy, session, NOBODY));
}

/** The hold that a submission of this call belongs to (M7). */
export function holdOf(policy: Policy, session: OracleSession, call: Call): Hold | undefined {
    return holds(policy, session).find((hold) => sameCall(hold.call, call));
}

/** The humans who are asked by a hold. */
export function asked(policy: Policy, hold: Hold): number[] {
    return [...new Set(hold.rules.flatMap((rule) => approvalRule(policy, rule).humans))].sort((a, b) => a - b);
}

export function runningIds(session: OracleSession): number[] {
    const ended = session.entries.filter((entry) => entry.kind === 'end').map((entry) => entry.id);
    return session.entries
        .filter((entry) => entry.kind === 'release' && !ended.includes(entry.id))
        .map((entry) => entry.id);
}

/** The view of the history for a call that is about to be decided or judged. */
export function viewOf(
    policy: Policy,
    session: OracleSession,
    call: Call,
    assumed: ReadonlyMap<number, Ending> = new Map()
): View {
    const hold = holdOf(policy, session, call);
    const view = { ...plainView(policy, session, hold?.id ?? nextId(session)), call, assumed };
    return { ...view, approvers: approversOf(view) };
}

function plainView(policy: Policy, session: OracleSession, own: number): View {
    return {
        policy,
        entries: session.entries,
        call: NOTHING.call,
        own,
        approvers: [],
        before: nextPosition(session),
        now: session.time,
        assumed: new Map()
    };
}

/**
 * The second at which a request lapses, which is that of the first of its requirements that is not answered in time.
 */
function timeout(policy: Policy, rules: readonly number[]): number {
    return Math.min(...rules.map((rule) => approvalRule(policy, rule).timeout));
}

/** A number that no call has. */
const NOBODY = -2;

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
