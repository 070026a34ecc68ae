/** Collects the counts of a replay, and the first places of each kind. */
import type { Policy, Rule } from '../../../model/policy/policy.js';
import type { DecidedBy, Decision } from '../../../model/session/session.js';
import type { UnnamedDecision } from '../../../gateway/names.js';
import { type Truth, FALSE, TRUE } from '../../../model/policy/truth.js';
import { First, type FirstOf } from './first-places.js';
import type { Place } from './formats/format.js';
import { replayLimit } from './limits.js';
import type { ClaimCount, DecidedCall, LogPlace, ReplayResult, RuleCount } from './result.js';

/** The names that the policy does not declare. */
export interface UndeclaredNames {
    readonly names: readonly {
        readonly name: string;
        readonly calls: number;
        readonly at: number;
        readonly place: LogPlace;
    }[];
    /** The number of calls with names that are not distinguished. */
    readonly others: number;
}

interface Names {
    readonly calls: Map<string, { calls: number; readonly at: number; readonly place: LogPlace }>;
    others: number;
}

/** One step of a session, with its place. */
export interface Step {
    readonly session: string;
    readonly step: number;
    readonly place: Place;
}

type BrokenPlace = ClaimCount['broken']['first'][number];

interface JudgedClaim {
    judged: number;
    readonly broken: First<BrokenPlace>;
    sessions: number;
}

/** The data about a session for the report. */
export interface SessionCounts {
    /** The numbers of the broken claims. */
    readonly brokenClaims: Set<number>;
}

type RuleCounts = Record<'allowed' | 'denied' | 'held' | 'audited', number>;

/** The counts of a log, or of a share of its sessions; plain data, so that threads can send it. */
export interface LogCounts {
    readonly events: number;
    readonly sessions: number;
    readonly calls: number;
    readonly waited: number;
    readonly allowed: number;
    readonly held: number;
    readonly left: number;
    readonly denied: Readonly<Record<DecidedBy, number>>;
    /** The counts of each rule and of each claim. */
    readonly rules: readonly Readonly<RuleCounts>[];
    readonly claims: readonly {
        readonly judged: number;
        readonly sessions: number;
        readonly broken: FirstOf<BrokenPlace>;
    }[];
    readonly stopped: FirstOf<DecidedCall>;
    readonly loosened: FirstOf<DecidedCall>;
    readonly outsideSchema: FirstOf<DecidedCall>;
    readonly unreadable: FirstOf<ReplayResult['unreadable']['first'][number]>;
    readonly unfit: FirstOf<ReplayResult['unfit']['first'][number]>;
    readonly tools: UndeclaredNames;
    readonly agents: UndeclaredNames;
}

export class Tally {
    /** The number of the event in the log, by which findings are ordered in the report. */
    at = 0;
    events = 0;
    sessions = 0;
    calls = 0;
    waited = 0;
    allowed = 0;
    held = 0;
    left = 0;
    readonly denied: Record<DecidedBy, number> = { rule: 0, default: 0, unknown: 0, inventory: 0 };
    private readonly stopped = new First<DecidedCall>();
    private readonly loosened = new First<DecidedCall>();
    private readonly outsideSchema = new First<DecidedCall>();
    private readonly unreadable = new First<ReplayResult['unreadable']['first'][number]>();
    private readonly unfit = new First<ReplayResult['unfit']['first'][number]>();
    private readonly tools: Names = { calls: new Map(), others: 0 };
    private readonly agents: Names = { calls: new Map(), others: 0 };
    private readonly rules: RuleCounts[];
    private readonly claims: JudgedClaim[];
    private readonly mostNames = replayLimit('countedNames');

    constructor(private readonly policy: Policy) {
        this.rules = policy.rules.map(() => ({ allowed: 0, denied: 0, held: 0, audited: 0 }));
        this.claims = policy.claims.map(() => ({ judged: 0, broken: new First(), sessions: 0 }));
    }

    tell<K extends 'stopped' | 'loosened' | 'outsideSchema' | 'unreadable' | 'unfit'>(
        list: K,
        make: () => LogCounts[K]['first'][number]['what']
    ): void {
        (this[list] as First<LogCounts[K]['first'][number]['what']>).add(this.at, make);
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

    unnamed({ kind, by }: UnnamedDecision): void {
        if (kind === 'left') {
            this.left++;
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
        claim.broken.add(this.at, () => ({ ...placeOf(step), ...who, isCertain: broken === TRUE }));
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

    told(): LogCounts {
        const { events, sessions, calls, waited, allowed, held, left, denied, rules } = this;
        return {
            events,
            sessions,
            calls,
            waited,
            allowed,
            held,
            left,
            denied,
            rules,
            claims: this.claims.map(({ judged, sessions: breaking, broken }) => ({
                judged,
                sessions: breaking,
                broken: broken.data()
            })),
            stopped: this.stopped.data(),
            loosened: this.loosened.data(),
            outsideSchema: this.outsideSchema.data(),
            unreadable: this.unreadable.data(),
            unfit: this.unfit.data(),
            tools: namesTold(this.tools),
            agents: namesTold(this.agents)
        };
    }

    private named(names: Names, name: string, step: Step): void {
        const known = names.calls.get(name);
        if (known) {
            known.calls++;
        } else if (names.calls.size < this.mostNames) {
            names.calls.set(name, { calls: 1, at: this.at, place: placeOf(step) });
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

function namesTold({ calls, others }: Names): UndeclaredNames {
    return { names: [...calls].map(([name, told]) => ({ name, ...told })), others };
}
