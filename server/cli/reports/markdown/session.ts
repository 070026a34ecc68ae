/** Writes a session as a table: each step, the decision, and the deciding rule with its line. */
import type { RuleReference, Trace, TraceStep } from '../../../checker/results/result.js';
import { placeOf, type ReportContext } from '../context.js';
import { actText, changeText, reasonsOf } from '../step-text.js';
import { code, inMarkdown } from './escape.js';

const DECISIONS = { allowed: '✅ allowed', denied: '⛔ denied', held: '✋ held' } as const;

/** @param judged marks the step that the session is about */
export function sessionTable(trace: Trace, context: ReportContext, judged = 'the claim judges this step'): string {
    const start = trace.start ? [`The session starts ${inMarkdown(trace.start.text)}.`, ''] : [];
    const rows = trace.steps.map((step, index) => row(step, index, trace.steps, judged, context));
    const summary = trace.summary === '' ? [] : ['', inMarkdown(trace.summary)];
    return [...start, '| | step | | decided by |', '| --: | --- | --- | --- |', ...rows, ...summary, '']
        .map((line) => `${line}\n`)
        .join('');
}

function row(
    step: TraceStep,
    index: number,
    steps: readonly TraceStep[],
    judged: string,
    context: ReportContext
): string {
    const changes = step.changes.map((change) => `<sub>${inMarkdown(changeText(change))}</sub>`);
    const what = [code(actText(step)), ...marks(step, judged), ...changes].join('<br>');
    const by = [
        ...step.rules.map((rule) => ruleText(rule, context)),
        ...reasonsOf(step, steps[index - 1]).map(inMarkdown)
    ];
    const number = step.judged ? `**${index + 1}**` : String(index + 1);
    return `| ${number} | ${what} | ${decision(step)} | ${by.join('<br>')} |`;
}

/** Writes `allow assistant: mail.read` and its place. */
export function ruleText(rule: RuleReference, context: ReportContext): string {
    const used = rule.usedAt ? `, used at ${code(placeOf(rule.usedAt, context))}` : '';
    const because = rule.because === undefined ? '' : ` (${inMarkdown(rule.because)})`;
    return `${code(rule.text)} ${code(placeOf(rule.source, context))}${used}${because}`;
}

function decision({ kind, actor, decision: decided }: TraceStep): string {
    if (kind === 'event') {
        return actor === 'outside' || actor === 'user' ? 'from outside' : '';
    }
    return decided === undefined ? '' : DECISIONS[decided];
}

function marks({ judged: isJudged, breaks, letsThrough }: TraceStep, judged: string): string[] {
    return [
        ...(isJudged ? [`**${judged}**`] : []),
        ...(breaks ? ['_needed_: without this step, the claim would not be broken'] : []),
        ...(letsThrough ? ['_lets through_: without this step, the last step would be decided differently'] : [])
    ];
}
