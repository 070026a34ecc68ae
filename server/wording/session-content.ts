/** Converts the results of a policy to the content of the view for one claim, scenario or finding. */
import type { ClaimResult, Finding, PolicyResult, ScenarioResult, Trace } from '../checker/results/result.js';
import { breakingSession, isOpenAcrossSessions, needsRepair } from '../checker/results/verdict-words.js';
import type { SessionAgain } from '../checker/traces/replay-on-edited-policy.js';
import type { CheckState, ShowSessionParams } from './subject.js';
import { annotationText } from './format.js';
import { claimTone, claimWord, scenarioTone, type Tone } from './verdicts.js';

type Source = ClaimResult['source'];

/** Everything that the view shows for one claim, scenario or finding. */
export interface SessionContent {
    readonly subject: ShowSessionParams;
    readonly policy: string;
    /**
     * With `outdated`, the content is the previous state, and `note` explains why the current one is unknown. With
     * `recorded`, the session does not follow its policy, because it comes from a file or is decided again.
     */
    readonly freshness: 'current' | 'checking' | 'outdated' | 'recorded';
    readonly note?: string;
    readonly word: string;
    readonly tone: Tone;
    readonly title: string;
    /** The claim as written, or the code of a finding. */
    readonly text?: string;
    /** The annotations of a claim as written, such as `@severity(high)`. */
    readonly annotations?: readonly string[];
    readonly source?: Source;
    /** The summary in one sentence. */
    readonly summary: string;
    readonly trace?: Trace;
    /** True if the rules can be repaired so that the claim holds. */
    readonly needsRepair?: true;
    /** The tone of the session, if it is not that of the verdict: a second session breaks a claim that holds in one. */
    readonly sessionTone?: Tone;
    /** The obstacles of an impossible `possible`, or the steps of a scenario with unexpected decisions. */
    readonly problems: readonly Problem[];
    readonly basis?: ClaimResult['basis'];
    /** What the exact search does not represent, for a claim that is undecided or holds in scope. */
    readonly beyond?: readonly Problem[];
    /** A note that the search ended early, so that the session may not be a shortest one. */
    readonly mayBeShorter?: true;
    /** The session, if it broke the claim before the last edits but no longer does. */
    readonly repaired?: Trace;
    /** The name of the file that a recorded session comes from. */
    readonly file?: string;
    /** The decisions on `trace` by the policy in the editor; undefined if they were not requested. */
    readonly again?: SessionAgain;
}

export interface Problem {
    readonly text: string;
    readonly source?: Source;
    readonly rule?: string;
}

/**
 * The content for the subject.
 * @param before the current content of the view, if it has the same subject: it stays, marked as outdated, while
 * nothing newer is known
 */
export function sessionContent(
    subject: ShowSessionParams,
    state: CheckState | undefined,
    before?: SessionContent
): SessionContent {
    if (state?.state === 'done' && state.result) {
        return resultContent(subject, state.result, before);
    }
    if (!state || state.state === 'checking' || state.state === 'cancelled') {
        return stale(subject, before, 'checking');
    }
    const note =
        state.state === 'invalid'
            ? (state.message ?? 'The policy has errors. It is checked again once they are fixed.')
            : (state.message ?? 'The checker failed. The log says why.');
    return stale(subject, before, 'outdated', note);
}

function resultContent(subject: ShowSessionParams, result: PolicyResult, before?: SessionContent): SessionContent {
    const common = { subject, policy: result.policy, freshness: 'current' as const };
    const claim = subject.kind === 'claim' && result.claims.find(({ name }) => name === subject.name);
    if (claim) {
        return { ...common, ...claimContent(claim, before) };
    }
    const scenario = subject.kind === 'scenario' && result.scenarios.find(({ name }) => name === subject.name);
    if (scenario) {
        return { ...common, ...scenarioContent(scenario) };
    }
    const finding = subject.kind === 'finding' && findingOf(subject, result.findings);
    if (finding) {
        return { ...common, ...findingContent(finding) };
    }
    return subject.kind === 'finding'
        ? { ...common, ...goneFinding(subject, before) }
        : stale(subject, before, 'outdated', `${result.policy} has no ${subject.kind} of this name any more.`);
}

/** The same finding, or another one with its code, because an edit may change its message. */
function findingOf({ name, message }: ShowSessionParams, findings: readonly Finding[]): Finding | undefined {
    const ofCode = findings.filter(({ code }) => code === name);
    return ofCode.find((finding) => finding.message === message) ?? ofCode[0];
}

type Specific = Omit<SessionContent, 'subject' | 'policy' | 'freshness'>;

function claimContent(claim: ClaimResult, before?: SessionContent): Specific {
    const tone = claimTone(claim);
    const broken = before && (before.tone === 'bad' ? before.trace : before.repaired);
    const { acrossSessions: across } = claim;
    const isClosed = tone === 'good' || claim.verdict === 'holds';
    const repaired = isClosed && claim.kind !== 'possible' ? broken : undefined;
    // If no single session breaks the claim but a second one does, that session is shown; but first the view states
    // that the session which the author was looking at is gone.
    const trace = claim.trace ?? (repaired ? undefined : across?.trace);
    const alone = claim.trace?.summary ?? claim.explanation;
    return {
        word: claimWord(claim),
        tone,
        ...(needsRepair(claim) && { needsRepair: true }),
        title: claim.name,
        text: claim.text,
        annotations: claim.annotations.map(annotationText),
        source: claim.source,
        summary:
            across && (across.verdict === 'violated' || isOpenAcrossSessions(claim))
                ? `${alone} ${acrossText(across)}`
                : alone,
        problems: claim.obstacles.map(({ text, rule }) => ({
            text,
            ...(rule && { source: rule.source, rule: rule.text })
        })),
        basis: claim.basis,
        ...(isOpen(claim) && { beyond: (claim.beyond ?? []).map(({ what, source }) => ({ text: what, source })) }),
        ...(isFoundOtherwise(claim) && { mayBeShorter: true }),
        ...(trace && { trace }),
        ...(trace && trace === breakingSession(claim) && tone !== 'bad' && { sessionTone: 'bad' }),
        ...(repaired && { repaired })
    };
}

/** True if more search, or another claim, could give another verdict. */
function isOpen({ verdict }: ClaimResult): boolean {
    return verdict === 'undecided' || verdict === 'holds in scope' || verdict === 'not witnessed in scope';
}

/** True for the session of a scenario, and for one that was found although the search was stopped by a limit. */
function isFoundOtherwise({ trace, scenario, basis }: ClaimResult): boolean {
    return trace !== undefined && (scenario !== undefined || basis.limit !== undefined);
}

function acrossText({ line, explanation }: NonNullable<ClaimResult['acrossSessions']>): string {
    return `${line.charAt(0).toUpperCase()}${line.slice(1)}. ${explanation}`;
}

function scenarioContent(scenario: ScenarioResult): Specific {
    const failed = scenario.steps.filter((step) => !step.passed);
    return {
        word: scenario.passed ? 'passed' : 'failed',
        tone: scenarioTone(scenario),
        title: scenario.name,
        source: scenario.source,
        summary: scenario.passed ? 'Every decision is as expected.' : (failed[0]?.message ?? ''),
        trace: scenario.trace,
        problems: failed.map(({ message, source }) => ({ text: message, source }))
    };
}

function findingContent(finding: Finding): Specific {
    return {
        word: finding.severity === 'information' ? 'note' : finding.severity,
        tone: finding.severity === 'error' ? 'bad' : 'warn',
        title: finding.message,
        text: finding.code,
        source: finding.source,
        summary: finding.trace?.summary ?? '',
        problems: [],
        ...(finding.trace && { trace: finding.trace }),
        ...(finding.basis && { basis: finding.basis })
    };
}

/** The content if a finding has disappeared, which is good news. */
function goneFinding(subject: ShowSessionParams, before?: SessionContent): Specific {
    return {
        word: 'gone',
        tone: 'good',
        title: before?.title ?? subject.name,
        text: subject.name,
        summary: 'The current policy does not have this finding.',
        problems: []
    };
}

function stale(
    subject: ShowSessionParams,
    before: SessionContent | undefined,
    freshness: 'checking' | 'outdated',
    note?: string
): SessionContent {
    const rest = { freshness, ...(note !== undefined && { note }) };
    if (before) {
        return { ...withoutNote(before), ...rest };
    }
    return {
        subject,
        policy: '',
        ...rest,
        word: freshness === 'checking' ? 'checking' : 'not known',
        tone: 'warn',
        title: subject.name,
        summary: '',
        problems: []
    };
}

function withoutNote(content: SessionContent): SessionContent {
    const copy: { -readonly [key in keyof SessionContent]: SessionContent[key] } = { ...content };
    delete copy.note;
    return copy;
}
