/** The result of replaying a share of the sessions, and the combined result of all shares. */
import { counted } from '../../../model/text/plural.js';
import type { Policy } from '../../../model/policy/policy.js';
import { countsOf } from './counts.js';
import type { TraceFormat } from './formats/names.js';
import type { ReplayOptions } from './options.js';
import type { ReplayResult } from './result.js';
import type { LogCounts } from './tally.js';
import { asksTime } from './timeless.js';

/** The result as plain data, so that threads can send it. */
export interface ReplayedPart {
    readonly traceFormat?: TraceFormat;
    readonly bytes: number;
    readonly lines: number;
    readonly told: LogCounts;
    readonly timelessSessions: number;
    /** The number of times that were earlier than those of earlier events of their session. */
    readonly timesBack: number;
    /** The number of values that were read, but contain no call, answer or user message. */
    readonly silent: number;
    /** The format's remarks on the whole log. */
    readonly notes: readonly string[];
}

/** @param parts the parts of all shares, in order */
export function resultOf(
    policy: Policy,
    { policyName, traceName }: Pick<ReplayOptions, 'policyName' | 'traceName'>,
    parts: readonly ReplayedPart[],
    milliseconds: number
): ReplayResult {
    const [{ traceFormat, bytes, lines }] = parts as [ReplayedPart];
    return {
        policy: policyName,
        trace: traceName,
        ...(traceFormat && { traceFormat }),
        bytes,
        lines,
        ...countsOf(
            policy,
            parts.map(({ told }) => told)
        ),
        notes: notesOf(policy, parts),
        milliseconds
    };
}

function notesOf(policy: Policy, parts: readonly ReplayedPart[]): string[] {
    const sum = (of: (part: ReplayedPart) => number): number => parts.reduce((all, part) => all + of(part), 0);
    const timeless = sum(({ timelessSessions }) => timelessSessions);
    const timesBack = sum((part) => part.timesBack);
    const silent = sum((part) => part.silent);
    return [
        ...parts[0]!.notes,
        ...(timeless > 0 && asksTime(policy)
            ? [
                  `${counted(timeless, 'session has', 'sessions have')} no times: how long ago something happened is unknown there, and approvals, holds and modes do not expire.`
              ]
            : []),
        ...(timesBack > 0
            ? [
                  `${timesBack} times are before those of earlier events of their session; no time was assumed to pass there.`
              ]
            : []),
        ...(silent > 0
            ? [
                  `${counted(silent, 'value of the log has', 'values of the log have')} no call, no answer and nothing that a user says.`
              ]
            : [])
    ];
}
