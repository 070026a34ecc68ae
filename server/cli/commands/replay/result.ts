/** The result of a replay. */
import type { DecidedBy, DecisionKind } from '../../../model/session/session.js';
import type { Source } from '../../../model/policy/policy.js';
import type { TraceFormat } from './options.js';

/** A place in the log. */
export interface LogPlace {
    readonly line: number;
    /** The place inside the JSON of that line, such as `messages[3]`; undefined for the whole value. */
    readonly path?: string;
    readonly session: string;
    /** The number of the event in its session, starting at one. */
    readonly step: number;
}

/** A call whose outcome in the log differs from the policy's decision. */
export interface DecidedCall extends LogPlace {
    readonly agent: string;
    readonly tool: string;
    readonly decision: DecisionKind | 'left';
    readonly by: DecidedBy;
    readonly rules: readonly { readonly text: string; readonly because?: string; readonly source: Source }[];
    readonly problem?: string;
}

/** The total number of entries, and the first of them. */
export interface CountAndFirst<T> {
    readonly count: number;
    readonly first: readonly T[];
}

export interface RuleCount {
    readonly text: string;
    readonly because?: string;
    readonly source: Source;
    /** For an audited rule, the number of calls that it would have denied. */
    readonly audited?: number;
    /** The number of calls that the rule allowed, denied and held. Each call counts for all rules that decided it. */
    readonly allowed: number;
    readonly denied: number;
    readonly held: number;
}

export type ClaimVerdict = 'kept' | 'broken' | 'not judged';

export interface ClaimCount {
    readonly name: string;
    readonly source: Source;
    readonly verdict: ClaimVerdict;
    /** The reason why a recording cannot break the claim. */
    readonly why?: string;
    /** The number of releases, decisions or states that the claim judged. */
    readonly judged: number;
    /** `isCertain` is false if the violation is only due to missing information in the log (M3). */
    readonly broken: CountAndFirst<
        LogPlace & { readonly agent?: string; readonly tool?: string; readonly isCertain: boolean }
    >;
    /** The number of sessions that break the claim. */
    readonly sessions: number;
}

export interface ReplayResult {
    readonly policy: string;
    readonly trace: string;
    /** Undefined if nothing in the log could be read. */
    readonly traceFormat?: TraceFormat;
    readonly bytes: number;
    readonly lines: number;
    readonly events: number;
    readonly sessions: number;
    readonly calls: number;
    readonly decisions: {
        readonly allowed: number;
        /** Calls of tools that the policy leaves to the client; undefined if it leaves none. */
        readonly left?: number;
        readonly held: number;
        readonly denied: Readonly<Record<DecidedBy, number>>;
        /** The number of these calls that had to wait until running calls had ended. */
        readonly waited: number;
    };
    readonly rules: readonly RuleCount[];
    readonly claims: readonly ClaimCount[];
    /** Calls that were made and that the policy denies or holds. */
    readonly stopped: CountAndFirst<DecidedCall>;
    /** Calls that were denied or held when they were recorded and that the policy allows. */
    readonly loosened: CountAndFirst<DecidedCall>;
    readonly unknownTools: CountAndFirst<{ readonly name: string; readonly calls: number } & LogPlace>;
    readonly unknownAgents: CountAndFirst<{ readonly name: string; readonly calls: number } & LogPlace>;
    /** Calls with arguments that the schema does not allow. */
    readonly outsideSchema: CountAndFirst<DecidedCall>;
    /** Lines, or parts of a document, that could not be read. */
    readonly unreadable: CountAndFirst<{
        readonly line: number;
        readonly column: number;
        readonly code: string;
        readonly message: string;
    }>;
    /** Events that cannot happen at their place, such as the answer to a call that is not in the log. */
    readonly unfit: CountAndFirst<LogPlace & { readonly code: string; readonly message: string }>;
    /** Sentences about information that the log lacks, about cut-off parts, and about their consequences. */
    readonly notes: readonly string[];
    readonly milliseconds: number;
}
