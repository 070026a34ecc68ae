/** The details of a claim, a scenario or a finding that is not as its author wants it. */
import { counted } from '../../model/text/plural.js';
import type { ClaimResult, Finding, ScenarioResult, Trace } from '../../checker/results/result.js';
import type { Annotation } from '../../model/policy/policy.js';
import type { Diagnostic, Severity } from '../../workspace/diagnostics.js';
import { type ReportContext, placeOf } from './context.js';
import { excerpt } from './excerpt.js';
import { hang, printable } from './layout.js';
import { printRule } from './rule.js';
import { printTrace, sessionKey } from './session.js';
import type { Style } from './style.js';
import { isGood, isWrong, looksOf } from './verdict.js';
import { costHeading, costLines, otherCosts } from '../../wording/costs.js';
import { wordOf } from '../../checker/results/verdict-words.js';

const INDENT = 4;

/** The details; empty for a claim whose line is complete. */
export function claimDetails(claim: ClaimResult, context: ReportContext): string[] {
    const { style, verbose = false } = context;
    const { basis } = claim;
    if (!verbose && !isWrong(claim)) {
        return [];
    }
    const notes = [
        ...basis.scopes.map((scope) => `only within: ${scope}`),
        // The explanation of an undecided claim gives the limit as its reason.
        ...(basis.limit === undefined || claim.explanation.includes(basis.limit) ? [] : [basis.limit]),
        ...(claim.saysNothing ? ['says nothing about the rules: it holds even if every call is allowed'] : [])
    ];
    if (isGood(claim) && (context.quiet || notes.length === 0)) {
        return [];
    }
    const { sign, color } = looksOf(claim, style);
    const lines = [
        ...title(color(`${sign} ${wordOf(claim)}`), claim.name, style),
        ...(claim.annotations.length === 0
            ? []
            : hang(' '.repeat(INDENT), printable(claim.annotations.map(annotationText).join(' ')), {
                  width: style.width,
                  color: style.dim
              }))
    ];
    // A claim from a pack is shown where the pack is used, and in the pack.
    for (const source of claim.usedAt ? [claim.usedAt, claim.source] : [claim.source]) {
        const text = context.textOf(source.uri);
        if (!isGood(claim) && text !== undefined) {
            lines.push(...indented(excerpt(text, source, placeOf(source, context), narrowed(style), {})), '');
        }
    }
    // A trace ends with its summary, which is often the same sentence.
    if (claim.explanation !== claim.trace?.summary) {
        lines.push(...hang(' '.repeat(INDENT), printable(claim.explanation), style));
    }
    if (basis.costs) {
        const other = otherCosts(basis.costs);
        lines.push(
            ...hang(' '.repeat(INDENT), costHeading(basis.costs), style),
            ...costLines(basis.costs).flatMap((line) => hang(`    ${style.signs.separator} `, printable(line), style)),
            ...(other === undefined ? [] : hang(' '.repeat(INDENT), other, style))
        );
    }
    lines.push(...notes.flatMap((note) => hang(' '.repeat(INDENT), printable(note), style)));
    for (const obstacle of claim.obstacles) {
        const rule = obstacle.rule;
        lines.push(...hang(`    ${style.signs.separator} `, printable(obstacle.text), style));
        if (rule) {
            lines.push(...printRule(rule, '      ', context));
        }
    }
    if (claim.trace && !isGood(claim)) {
        lines.push(...(lines[lines.length - 1] === '' ? [] : ['']), ...printTrace(claim.trace, INDENT, context));
    }
    (claim.others ?? []).forEach((trace, index) => {
        const head = `Another session, which none of the rules above lets through (${index + 2}):`;
        lines.push('', ...hang(' '.repeat(INDENT), head, style), '', ...printTrace(trace, INDENT, context));
    });
    return lines;
}

export function scenarioDetails(scenario: ScenarioResult, context: ReportContext): string[] {
    const { style } = context;
    if (scenario.passed) {
        return context.quiet ? [] : auditDetails(scenario, context);
    }
    const lines = title(style.red(`${style.signs.bad} failed`), `scenario: ${scenario.name}`, style);
    for (const step of scenario.steps.filter((candidate) => !candidate.passed)) {
        const text = context.textOf(step.source.uri);
        if (text !== undefined) {
            const place = placeOf(step.source, context);
            lines.push(...indented(excerpt(text, step.source, place, narrowed(style), { underline: style.red })), '');
        }
        lines.push(...hang(' '.repeat(INDENT), printable(step.message), style));
        lines.push(...step.rules.flatMap((rule) => printRule(rule, '      ', context)));
    }
    return [...lines, ...auditLines(scenario, context)];
}

/** @param shown the sessions printed earlier, with the names of their claims */
export function findingDetails(
    finding: Finding,
    shown: ReadonlyMap<string, string>,
    showsSession: boolean,
    context: ReportContext
): string[] {
    const { style } = context;
    const text = context.textOf(finding.source.uri);
    const color = colorOf(finding.severity, style);
    const lines = title(`${color(`${finding.severity}[${finding.code}]`)}:`, finding.message, style);
    if (text !== undefined) {
        const place = placeOf(finding.source, context);
        lines.push(...indented(excerpt(text, finding.source, place, narrowed(style), { underline: color })));
    }
    if (finding.trace) {
        const claim = shown.get(sessionKey(finding.trace));
        lines.push(
            '',
            ...(claim === undefined
                ? findingSession(finding.trace, showsSession, context)
                : hang(' '.repeat(INDENT), `The session is the one above, for "${printable(claim)}".`, style))
        );
    }
    return lines;
}

/** A message without its text and its session, which `--verbose` shows. */
export function brief({ code, severity, message, source }: Diagnostic, context: ReportContext): string[] {
    const { style } = context;
    const color = colorOf(severity, style);
    const text = `${placeOf(source, context)}: ${printable(message)}`;
    return hang(`${color(`${severity}[${code}]`)} `, text, { width: style.width, rest: '  ' });
}

function findingSession(trace: Trace, showsSession: boolean, context: ReportContext): string[] {
    const { style } = context;
    return showsSession
        ? printTrace(trace, INDENT, context)
        : hang(' '.repeat(INDENT), `--verbose shows its session of ${counted(trace.steps.length, 'step')}.`, style);
}

/** Audited rules do not affect the decision, but the report shows what they would have done. */
function auditDetails(scenario: ScenarioResult, context: ReportContext): string[] {
    const { style } = context;
    const lines = auditLines(scenario, context);
    const what = style.cyan(`${style.signs.information} audited`);
    return lines.length === 0 ? [] : [...title(what, `scenario: ${scenario.name}`, style), ...lines];
}

function auditLines(scenario: ScenarioResult, context: ReportContext): string[] {
    const { style } = context;
    return scenario.steps.flatMap(({ text, audited = [] }) =>
        audited.length === 0
            ? []
            : [
                  ...hang(' '.repeat(INDENT), printable(text), style),
                  ...hang(' '.repeat(INDENT), AUDITED, { width: style.width, color: style.dim }),
                  ...audited.flatMap((rule) => printRule(rule, '      ', context))
              ]
    );
}

const AUDITED = 'It would be denied if this rule were not only audited:';

/** The annotation as written: `@severity(high)`, `@owasp("ASI02")`. */
function annotationText({ name, values }: Annotation): string {
    const written = values.map((value) => (/^[A-Za-z_]\w*$/.test(value) ? value : JSON.stringify(value)));
    return `@${name}${values.length > 0 ? `(${written.join(', ')})` : ''}`;
}

function title(what: string, text: string, style: Style): string[] {
    const first = what.endsWith(':') ? `${what} ` : `${what}  `;
    return hang(first, printable(text), { width: style.width, rest: '  ', color: style.bold });
}

function indented(lines: readonly string[]): string[] {
    return lines.map((line) => (line === '' ? line : `  ${line}`));
}

function narrowed(style: Style): Style {
    return { ...style, width: style.width - 2 };
}

function colorOf(severity: Severity, style: Style): (text: string) => string {
    return { error: style.red, warning: style.yellow, information: style.cyan, hint: style.cyan }[severity];
}
