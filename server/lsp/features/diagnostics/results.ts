/** Converts the results of the checker to diagnostics. */
import type { LangiumDocument } from 'langium';
import type { Diagnostic, DiagnosticRelatedInformation, Range } from 'vscode-languageserver';
import { DiagnosticSeverity } from 'vscode-languageserver';
import type {
    ClaimResult,
    Finding,
    RuleReference,
    ScenarioStepResult,
    Trace,
    TraceStep
} from '../../../checker/results/result.js';
import {
    acrossText,
    AUDITED_STEP,
    BROKEN_BY_SECOND_SESSION,
    brokenBySecondSession,
    FAILED_STEP,
    type ProblemKind,
    verdictProblemOf
} from '../../../checker/results/problems.js';
import type { Source } from '../../../model/policy/policy.js';
import { claimsOf, contains, nameRange, nodeAt, rangeOf } from '../../text/anchors.js';
import { markOf, type PolicyKnowledge } from '../../check/policy-knowledge.js';
import { BUILTIN_SCHEME } from '../../../../language/library/builtin.js';
import { textShift } from '../../text/shift.js';

export interface PlacedDiagnostic {
    readonly uri: string;
    readonly diagnostic: Diagnostic;
}

export const SEVERITIES: Record<Finding['severity'], DiagnosticSeverity> = {
    error: DiagnosticSeverity.Error,
    warning: DiagnosticSeverity.Warning,
    information: DiagnosticSeverity.Information,
    hint: DiagnosticSeverity.Hint
};

/**
 * The current diagnostics of the policy `document`: the results for its present text and, for claims that are being
 * checked again, the earlier ones at their current places.
 */
export function resultDiagnostics(known: PolicyKnowledge, document: LangiumDocument): PlacedDiagnostic[] {
    const uri = document.uri.toString();
    if (known.result) {
        return [
            ...known.result.claims.flatMap((claim) => claimDiagnostic(claim, document)),
            ...acrossDiagnostic(known.result.claims, document),
            ...known.result.scenarios.flatMap((scenario) => scenario.steps.flatMap(stepDiagnostic)),
            ...known.result.findings.map(findingDiagnostic)
        ];
    }
    const fresh = [
        ...known.claims.flatMap((claim) => claimDiagnostic(claim, document)),
        ...acrossDiagnostic(known.claims, document)
    ];
    return [...fresh, ...earlierDiagnostics(known, uri, document.textDocument.getText())];
}

function earlierDiagnostics(known: PolicyKnowledge, uri: string, text: string): PlacedDiagnostic[] {
    if (!known.earlier) {
        return [];
    }
    const shift = textShift(known.earlier.text, text);
    const again = new Set(known.claims.map((claim) => claim.name));
    const { claims, scenarios, findings } = known.earlier.result;
    const kept = claims.filter((claim) => !again.has(claim.name));
    const mark = markOf(known);
    const placed = [
        ...kept.flatMap((claim) => claimDiagnostic(claim, known.earlier!.text)),
        ...(brokenBySecondSession(known.claims).length > 0 ? [] : acrossDiagnostic(kept, known.earlier.text)),
        ...scenarios.flatMap((scenario) => scenario.steps.flatMap(stepDiagnostic)),
        ...findings.map(findingDiagnostic)
    ];
    return placed.flatMap((each) => moved(each, uri, shift)).map((each) => marked(each, mark));
}

function marked({ uri, diagnostic }: PlacedDiagnostic, mark: string): PlacedDiagnostic {
    const { message } = diagnostic;
    return { uri, diagnostic: { ...diagnostic, ...(typeof message === 'string' && { message: `${message}${mark}` }) } };
}

/**
 * The current place. A place in another file stays; a place in this file moves with the text, and is dropped if the
 * text was edited there.
 */
function moved(placed: PlacedDiagnostic, uri: string, shift: (range: Range) => Range | undefined): PlacedDiagnostic[] {
    const { diagnostic } = placed;
    const here = placed.uri === uri ? shift : (range: Range): Range => range;
    const range = here(diagnostic.range);
    if (!range) {
        return [];
    }
    const found = diagnostic.data as FindingData | undefined;
    const data = found && { data: { ...found, statement: here(found.statement) ?? range } satisfies FindingData };
    const relatedInformation = (diagnostic.relatedInformation ?? []).flatMap((related) => {
        const there = related.location.uri === uri ? shift(related.location.range) : related.location.range;
        return there ? [{ ...related, location: { uri: related.location.uri, range: there } }] : [];
    });
    return [{ uri: placed.uri, diagnostic: { ...diagnostic, range, relatedInformation, ...data } }];
}

/** @param from the document of the claim, or the text that was checked, if it has changed since */
function claimDiagnostic(claim: ClaimResult, from: LangiumDocument | string): PlacedDiagnostic[] {
    return verdictProblemOf(claim).flatMap(({ code, severity, message }) =>
        diagnosticsAt(claim, from, { code, severity, message, trace: claim.trace })
    );
}

/** Claims that a second session breaks are reported once for a policy, at the first of them. */
function acrossDiagnostic(claims: readonly ClaimResult[], from: LangiumDocument | string): PlacedDiagnostic[] {
    const [claim] = brokenBySecondSession(claims);
    return claim
        ? diagnosticsAt(claim, from, {
              ...BROKEN_BY_SECOND_SESSION,
              message: acrossText(claims),
              trace: claim.acrossSessions?.trace
          })
        : [];
}

/** The parts of the diagnostics of a claim. */
interface ProblemText extends ProblemKind {
    readonly message: string;
    readonly trace: Trace | undefined;
}

function diagnosticsAt(claim: ClaimResult, from: LangiumDocument | string, said: ProblemText): PlacedDiagnostic[] {
    if (claim.usedAt) {
        return packClaimDiagnostics(claim, claim.usedAt, said);
    }
    const { code, severity, message, trace } = said;
    const range = nameOf(claim.source, from) ?? firstLine(claim.source);
    const at: Source = { uri: claim.source.uri, start: range.start, end: range.end };
    const obstacles = claim.obstacles.map(({ text, rule }) => related(text, rule?.source ?? at));
    return [
        place(claim.source.uri, {
            range,
            severity: SEVERITIES[severity],
            code,
            message,
            relatedInformation: [...traceInformation(trace, at), ...obstacles]
        })
    ];
}

/** The place of the claim's name, or of its first word. */
function nameOf(source: Source, from: LangiumDocument | string): Range | undefined {
    if (typeof from !== 'string') {
        const node = nodeAt(source, claimsOf(from));
        return node && nameRange(node);
    }
    const { line, character } = source.start;
    const text = from.split(/\r?\n/)[line]?.slice(character) ?? '';
    const [, before = '', name = ''] = /^(claim\s+)("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
    const start = { line, character: character + (name ? before.length : 0) };
    return { start, end: { line, character: start.character + (name || 'claim').length } };
}

/** A claim from a pack is reported at its use, with the pack's own text as related information. */
function packClaimDiagnostics(
    claim: ClaimResult,
    usedAt: Source,
    { code, severity, message, trace }: ProblemText
): PlacedDiagnostic[] {
    const at = (source: Source, other: DiagnosticRelatedInformation): PlacedDiagnostic => {
        const obstacles = claim.obstacles.map(({ text, rule }) => related(text, rule?.source ?? source));
        const session = traceInformation(trace, source);
        return place(source.uri, {
            range: firstLine(source),
            severity: SEVERITIES[severity],
            code,
            message,
            relatedInformation: [other, ...session, ...obstacles]
        });
    };
    const use = at(usedAt, related('The claim in the pack', claim.source));
    const isOpenable = !claim.source.uri.startsWith(`${BUILTIN_SCHEME}:`);
    return isOpenable ? [use, at(claim.source, related('Used here', usedAt))] : [use];
}

function stepDiagnostic(step: ScenarioStepResult): PlacedDiagnostic[] {
    const at = ({ code, severity }: ProblemKind, rules: readonly RuleReference[]): PlacedDiagnostic =>
        place(step.source.uri, {
            range: rangeOf(step.source),
            severity: SEVERITIES[severity],
            code,
            message: step.message,
            relatedInformation: rules.map(ruleInformation)
        });
    if (!step.passed) {
        return [at(FAILED_STEP, step.rules)];
    }
    return step.audited ? [at(AUDITED_STEP, step.audited)] : [];
}

function findingDiagnostic(finding: Finding): PlacedDiagnostic {
    return place(finding.source.uri, {
        range: rangeOf(finding.part ?? finding.source),
        severity: SEVERITIES[finding.severity],
        code: finding.code,
        message: finding.message,
        relatedInformation: traceInformation(finding.trace, finding.source),
        ...(finding.replaces && {
            data: { replaces: finding.replaces, statement: rangeOf(finding.source) } satisfies FindingData
        })
    });
}

/** The data that a diagnostic of a finding carries on its way to the store. */
interface FindingData {
    readonly replaces: readonly string[];
    /** The statement in which the finding is. */
    readonly statement: Range;
}

/**
 * True if one of the findings confirms the hint that was given for the text alone; the finding then replaces the hint.
 */
export function isReplaced({ code, range }: Diagnostic, found: readonly Diagnostic[]): boolean {
    return found.some((finding) => {
        const data = finding.data as FindingData | undefined;
        return data?.replaces.includes(String(code)) && contains(data.statement, range.start);
    });
}

/** Each step is placed at the rule that decided it, or at the claim if no rule did. */
function traceInformation(trace: Trace | undefined, at: Source): DiagnosticRelatedInformation[] {
    return (trace?.steps ?? []).map((step, index) =>
        related(`${index + 1}. ${step.text}${mark(step)}`, step.rules[0]?.source ?? at)
    );
}

function mark(step: TraceStep): string {
    if (step.judged) {
        return ' (here)';
    }
    return step.breaks ? ' (a cause)' : step.letsThrough ? ' (lets it through)' : '';
}

function ruleInformation(rule: RuleReference): DiagnosticRelatedInformation {
    return related(rule.because ? `${rule.text} (because: ${rule.because})` : rule.text, rule.source);
}

function related(message: string, source: Source): DiagnosticRelatedInformation {
    return { message, location: { uri: source.uri, range: rangeOf(source) } };
}

function place(uri: string, diagnostic: Diagnostic): PlacedDiagnostic {
    return { uri, diagnostic: { ...diagnostic, source: 'guardrail' } };
}

function firstLine(source: Source): Range {
    const range = rangeOf(source);
    return range.end.line === range.start.line
        ? range
        : { start: range.start, end: { line: range.start.line + 1, character: 0 } };
}
