/** Collects the counts of a replay, and the first places of each kind. */
import type { UnnamedDecision } from '../../../gateway/names.js';
import { whyNotJudged } from '../../../model/judge.js';
import type { Policy, Rule } from '../../../model/policy/policy.js';
import { type Truth, FALSE, TRUE } from '../../../model/policy/truth.js';
import type { DecidedBy, Decision } from '../../../model/session/session.js';
import type { Place } from './formats/format.js';
import { replayLimit } from './limits.js';
import type { ClaimCount, CountAndFirst, DecidedCall, LogPlace, ReplayResult, RuleCount } from './result.js';

/** One step of a session, with its place. */
export interface Step {
    readonly session: string;
    readonly step: number;
    readonly place: Place;
}

/** The data about a session for the report. */
export interface SessionCounts {
    /** The numbers of the broken claims. */
    readonly brokenClaims: Set<number>;
}

/** What is counted, apart from the description of the log. */
type Counts = Omit<ReplayResult, 'policy' | 'trace' | 'traceFormat' | 'bytes' | 'lines' | 'notes' | 'milliseconds'>;

type Lists = Pick<Counts, 'stopped' | 'loosened' | 'outsideSchema' | 'unreadable' | 'unfit'>;

interface Places<T> extends CountAndFirst<T> {
    count: number;
    readonly first: T[];
}

interface JudgedClaim {
    judged: number;
    sessions: number;
    readonly broken: Places<ClaimCount['broken']['first'][number]>;
}

/** The names that the policy does not declare, in the order of the log. */
interface Names {
    readonly calls: Map<string, { calls: number; readonly place: LogPlace }>;
    /** The number of calls with names that are not distinguished. */
    others: number;
}

export class Tally {
    events = 0;
    sessions = 0;
    calls = 0;
    waited = 0;
    private readonly kinds = { allowed: 0, held: 0, left: 0 };
    private readonly denied: Record<DecidedBy, number> = { rule: 0, default: 0, unknown: 0, inventory: 0 };
    private readonly lists = {
        stopped: noPlaces<DecidedCall>(),
        loosened: noPlaces<DecidedCall>(),
        outsideSchema: noPlaces<DecidedCall>(),
        unreadable: noPlaces<Lists['unreadable']['first'][number]>(),
        unfit: noPlaces<Lists['unfit']['first'][number]>()
    };
    private readonly tools: Names = { calls: new Map(), others: 0 };
    private readonly agents: Names = { calls: new Map(), others: 0 };
    private readonly rules: Record<'allowed' | 'denied' | 'held' | 'audited', number>[];
    private readonly claims: JudgedClaim[];
    private readonly mostPlaces = replayLimit('shownPlaces');
    private readonly mostNames = replayLimit('countedNames');

    constructor(private readonly policy: Policy) {
        this.rules = policy.rules.map(() => ({ allowed: 0, denied: 0, held: 0, audited: 0 }));
        this.claims = policy.claims.map(() => ({ judged: 0, sessions: 0, broken: noPlaces() }));
    }

    /** @param make called only if the entry is kept */
    tell<K extends keyof Lists>(list: K, make: () => Lists[K]['first'][number]): void {
        this.add<Lists[K]['first'][number]>(this.lists[list], make);
    }

    decision(decision: Decision): void {
        const { kind, rules } = decision;
        if (kind === 'denied') {
            this.denied[decision.by]++;
        } else {
            this.kinds[kind]++;
        }
        for (const rule of rules) {
            this.rules[rule]![kind]++;
        }
    }

    unnamed({ kind, by }: UnnamedDecision): void {
        if (kind === 'left') {
            this.kinds.left++;
        } else {
            this.denied[by]++;
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

    claim(
        index: number,
        broken: Truth,
        session: SessionCounts,
        step: Step,
        who: { agent?: string; tool?: string }
    ): void {
        const claim = this.claims[index]!;
        claim.judged++;
        if (broken === FALSE) {
            return;
        }
        // Sessions may be interleaved, so a claim may be broken several times in one.
        if (!session.brokenClaims.has(index)) {
            session.brokenClaims.add(index);
            claim.sessions++;
        }
        this.add(claim.broken, () => ({ ...placeOf(step), ...who, isCertain: broken === TRUE }));
    }

    decided(
        step: Step,
        agent: string,
        tool: string,
        { kind, by, rules, problem }: Decision | UnnamedDecision
    ): DecidedCall {
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

    counts(): Counts {
        const { policy, events, sessions, calls, waited, denied, rules, lists } = this;
        const { allowed, held, left } = this.kinds;
        return {
            events,
            sessions,
            calls,
            decisions: { allowed, ...(policy.leavesOthers && { left }), held, denied, waited },
            rules: policy.rules.map((rule, index): RuleCount => {
                const { audited, ...decided } = rules[index]!;
                return { ...ruleNamed(rule), ...decided, ...(rule.audit && { audited }) };
            }),
            claims: policy.claims.map((claim, index): ClaimCount => {
                const { judged, broken, sessions: breaking } = this.claims[index]!;
                const why = whyNotJudged(claim);
                return {
                    name: claim.name,
                    source: claim.usedAt ?? claim.source,
                    verdict: broken.count > 0 ? 'broken' : judged > 0 ? 'kept' : 'not judged',
                    ...(why !== undefined && { why }),
                    judged,
                    broken,
                    sessions: breaking
                };
            }),
            stopped: lists.stopped,
            loosened: lists.loosened,
            unknownTools: mostFrequent(this.tools),
            unknownAgents: mostFrequent(this.agents),
            outsideSchema: lists.outsideSchema,
            unreadable: lists.unreadable,
            unfit: lists.unfit
        };
    }

    private add<T>(list: Places<T>, make: () => T): void {
        list.count++;
        if (list.first.length < this.mostPlaces) {
            list.first.push(make());
        }
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

export function ruleNamed({ text, because, source, usedAt }: Rule): Pick<RuleCount, 'text' | 'because' | 'source'> {
    return { text, ...(because !== undefined && { because }), source: usedAt ?? source };
}

function noPlaces<T>(): Places<T> {
    return { count: 0, first: [] };
}

/** The count covers all calls; the most frequent names are listed. */
function mostFrequent({ calls, others }: Names): Counts['unknownTools'] {
    const all = [...calls].map(([name, { calls: made, place }]) => ({ name, calls: made, ...place }));
    return {
        count: all.reduce((sum, one) => sum + one.calls, others),
        first: all.sort((a, b) => b.calls - a.calls).slice(0, replayLimit('listedNames'))
    };
}
