/**
 * `always count(E) <= count(approved E by H)`: no two releases on one approval. An approval is used up by the release
 * that it authorizes (M5), so the claim holds if each such release is approved by one of H (docs/checker.md, "Counts
 * and totals"). The converse does not follow: an unused approval may make up for a release without one.
 */
import { noRelease } from '../questions/own.js';
import type { Condition, EventPattern, Policy, Recorder } from '../../model/policy/policy.js';
import type { ReleaseQuestion, StateQuestion } from '../questions/question.js';
import { mayBe, mustBe, TRUE } from '../../model/policy/truth.js';
import { isOfCallAlone } from './slice.js';

/** The claim that each of the counted releases is approved; undefined if the claim has another form. */
export function approvedEach(policy: Policy, question: StateQuestion): ReleaseQuestion | undefined {
    const { condition } = question;
    const parts = condition.op === 'and' ? condition.args : [condition];
    const asked = parts.map((part) => releasesOnApprovals(policy, part));
    const [first] = asked;
    if (!first || asked.some((other) => JSON.stringify(other) !== JSON.stringify(first))) {
        return undefined;
    }
    const { releases, humans } = first;
    const { tools, agents, where } = releases;
    const subject = { tools, text: releases.text, ...(agents && { agents }) };
    const bad: Condition = { op: 'and', args: [where, { op: 'not', arg: { op: 'approved by', humans } }] };
    return { ...noRelease(question, subject, bad), premises: ['judged'] };
}

interface CountedReleases {
    readonly releases: EventPattern;
    readonly humans: readonly number[];
}

/** The counted calls, if the condition states that they are released at most as often as they are approved. */
function releasesOnApprovals(policy: Policy, condition: Condition): CountedReleases | undefined {
    if (condition.op !== 'compare') {
        return undefined;
    }
    const { cmp, left, right } = condition;
    const [less, more] = cmp === '<=' ? [left, right] : cmp === '>=' ? [right, left] : [];
    if (less?.term !== 'aggregate' || more?.term !== 'aggregate') {
        return undefined;
    }
    const [releases, approvals] = [countedBy(policy, less.recorder), countedBy(policy, more.recorder)];
    if (policy.recorders![less.recorder]!.across && !policy.recorders![more.recorder]!.across) {
        // A new session still counts the releases, and has forgotten their approvals.
        return undefined;
    }
    return releases && approvals && isOfThem(policy, releases, approvals)
        ? { releases, humans: approvals.humans ?? policy.humans.map((_, human) => human) }
        : undefined;
}

/** The pattern that is counted; undefined with a window. */
function countedBy({ recorders }: Policy, recorder: number): EventPattern | undefined {
    const { kind, event, from, keys = [], sameCall, asked, window }: Recorder = recorders![recorder]!;
    const isPlain = kind === 'count' && !from && keys.length === 0 && !sameCall && !asked && window === undefined;
    return isPlain ? event : undefined;
}

/** True if each approval of such a release is counted, and all counted approvals are of such releases. */
function isOfThem(policy: Policy, releases: EventPattern, approvals: EventPattern): boolean {
    const isMeant = (tool: number): boolean => mayBe(releases.tools[tool]!);
    const { where } = approvals;
    return (
        OF_RELEASES.has(releases.status) &&
        approvals.status === 'approved' &&
        !releases.outside &&
        typeof releases.agents !== 'string' &&
        JSON.stringify(approvals.agents ?? releases.agents) === JSON.stringify(releases.agents) &&
        // An approval that may or may not be counted does not make up for a release that may or may not be.
        where.op === 'constant' &&
        where.value === TRUE &&
        isOfCallAlone(releases.where) &&
        policy.tools.every(
            ({ mayDo = [] }, tool) =>
                (!isMeant(tool) || mustBe(approvals.tools[tool]!)) &&
                !mayDo.some((value, done) => mayBe(value) && isMeant(done))
        ) &&
        // A reusable approval authorizes several calls.
        !policy.rules.some(
            (rule) =>
                rule.kind === 'approval' &&
                rule.per &&
                rule.subject.tools.some((value, tool) => mayBe(value) && isMeant(tool))
        )
    );
}

const OF_RELEASES: ReadonlySet<EventPattern['status']> = new Set(['succeeded', 'released', 'failed']);
