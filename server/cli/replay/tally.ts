/** What a replay counts, and the first places of each kind. */
import type { Policy, Rule } from '../../model/policy.js';
import type { DecidedBy, Decision } from '../../model/session.js';
import { type Truth, FALSE, TRUE } from '../../model/truth.js';
import { whyNotJudged } from './claims.js';
import type { Place } from './formats/format.js';
import { replayLimit } from './limits.js';
import type { ClaimCount, Counted, DecidedCall, LogPlace, ReplayResult, RuleCount } from './result.js';

/** Of a list that is too long only the first are kept, and all are counted. */
export class First<T> {
    count = 0;
    readonly first: T[] = [];
    private readonly most = replayLimit('shownPlaces');

    /** @param make only called if it is kept */
    add(make: () => T): void {
        this.count++;
        if (this.first.length < this.most) {
            this.first.push(make());
        }
    }

    counted(): Counted<T> {
        return { count: this.count, first: this.first };
    }
}

interface Names {
    readonly calls: Map<string, { calls: number; readonly place: LogPlace }>;
    others: number;
}

/** One step of a session, where it stands. */
export interface Step {
    readonly session: string;
    readonly step: number;
    readonly place: Place;
}

interface JudgedClaim {
    judged: number;
    readonly broken: First<ClaimCount['broken']['first'][number]>;
    sessions: number;
    /** The latest session that broke it. */
    latest: object | undefined;
}

export class Tally {
    events = 0;
    sessions = 0;
    calls = 0;
    waited = 0;
    allowed = 0;
    held = 0;
    readonly denied: Record<DecidedBy, number> = { rule: 0, default: 0, unknown: 0, inventory: 0 };
    readonly stopped = new First<DecidedCall>();
    readonly loosened = new First<DecidedCall>();
    readonly outsideSchema = new First<DecidedCall>();
    readonly unreadable = new First<ReplayResult['unreadable']['first'][number]>();
    readonly unfit = new First<ReplayResult['unfit']['first'][number]>();
    private readonly tools: Names = { calls: new Map(), others: 0 };
    private readonly agents: Names = { calls: new Map(), others: 0 };
    private readonly rules: { allowed: number; denied: number; held: number; audited: number }[];
    private readonly claims: JudgedClaim[];
    private readonly mostNames = replayLimit('listedNames');

    constructor(private readonly policy: Policy) {
        this.rules = policy.rules.map(() => ({ allowed: 0, denied: 0, held: 0, audited: 0 }));
        this.claims = policy.claims.map(() => ({ judged: 0, broken: new First(), sessions: 0, latest: undefined }));
    }

    decision(decision: Decision): void {
        const { kind, rules } = decision;
        if (kind === 'denied') {
            this.denied[decision.by]++;
        } else {
            this[kind]++;
        }
        for (const rule of rules) {
            this.rules[rule]![kind]++;
        }
    }

    audited(rules: readonly number[]): void {
        rules.forEach((rule) => this.rules[rule]!.audited++);
    }

    unknownTool(name: string, step: Step): void {
        this.named(this.tools, name, step);
    }

    unknownAgent(name: string, step: Step): void {
        this.named(this.agents, name, step);
    }

    claim(index: number, broken: Truth, session: object, step: Step, who: { agent?: string; tool?: string }): void {
        const claim = this.claims[index]!;
        claim.judged++;
        if (broken === FALSE) {
            return;
        }
        if (claim.latest !== session) {
            claim.latest = session;
            claim.sessions++;
        }
        claim.broken.add(() => ({ ...placeOf(step), ...who, isCertain: broken === TRUE }));
    }

    decided(step: Step, agent: string, tool: string, { kind, by, rules, problem }: Decision): DecidedCall {
        return {
            ...placeOf(step),
            agent,
            tool,
            decision: kind,
            by,
            rules: rules.map((rule) => ruleNamed(this.policy.rules[rule]!)),
            ...(problem !== undefined && { problem })
        };
    }

    counts(): Pick<
        ReplayResult,
        | 'events'
        | 'sessions'
        | 'calls'
        | 'decisions'
        | 'rules'
        | 'claims'
        | 'stopped'
        | 'loosened'
        | 'unknownTools'
        | 'unknownAgents'
        | 'outsideSchema'
        | 'unreadable'
        | 'unfit'
    > {
        const { events, sessions, calls, allowed, held, denied, waited } = this;
        return {
            events,
            sessions,
            calls,
            decisions: { allowed, held, denied: { ...denied }, waited },
            rules: this.policy.rules.map((rule, index): RuleCount => {
                const { audited, ...decided } = this.rules[index]!;
                return { ...ruleNamed(rule), ...decided, ...(rule.audit && { audited }) };
            }),
            claims: this.policy.claims.map((claim, index): ClaimCount => {
                const { judged, broken, sessions: breaking } = this.claims[index]!;
                const why = whyNotJudged(claim);
                return {
                    name: claim.name,
                    source: claim.usedAt ?? claim.source,
                    verdict: broken.count > 0 ? 'broken' : judged > 0 ? 'kept' : 'not judged',
                    ...(why !== undefined && { why }),
                    judged,
                    broken: broken.counted(),
                    sessions: breaking
                };
            }),
            stopped: this.stopped.counted(),
            loosened: this.loosened.counted(),
            unknownTools: namesOf(this.tools),
            unknownAgents: namesOf(this.agents),
            outsideSchema: this.outsideSchema.counted(),
            unreadable: this.unreadable.counted(),
            unfit: this.unfit.counted()
        };
    }

    private named(names: Names, name: string, step: Step): void {
        const known = names.calls.get(name);
        if (known) {
            known.calls++;
        } else if (names.calls.size < this.mostNames) {
            names.calls.set(name, { calls: 1, place: placeOf(step) });
        } else {
            names.others++;
        }
    }
}

export function placeOf({ session, step, place: { line, path } }: Step): LogPlace {
    return { line, ...(path !== '' && { path }), session, step };
}

function ruleNamed({ text, because, source, usedAt }: Rule): Pick<RuleCount, 'text' | 'because' | 'source'> {
    return { text, ...(because !== undefined && { because }), source: usedAt ?? source };
}

/** The count is of all calls. */
function namesOf({ calls, others }: Names): ReplayResult['unknownTools'] {
    const first = [...calls].map(([name, { calls: count, place }]) => ({ name, calls: count, ...place }));
    return {
        count: first.reduce((sum, one) => sum + one.calls, others),
        first: first.sort((a, b) => b.calls - a.calls || a.line - b.line)
    };
}
