/** Writes a session as Markdown, for an issue, a review or a chat. */
import { counted } from '../model/text/plural.js';
import type { TraceStep } from '../checker/results/result.js';
import {
    actorText,
    actText as actedText,
    behindText,
    calledText,
    callText,
    decidedText,
    decisionWord,
    durationText,
    isAnswer,
    placeText,
    ruleText,
    verb
} from './format.js';
import type { SessionContent } from './session-content.js';

export function sessionMarkdown(content: SessionContent): string {
    const { policy, subject, title, word, text, annotations, summary, trace, problems, basis } = content;
    const lines = [`### ${title}`, '', `**${word}** · ${subject.kind} of policy ${code(policy)}`, ''];
    if (text && subject.kind === 'claim') {
        lines.push('```guardrail', ...(annotations ?? []), text, '```', '');
    }
    if (summary) {
        lines.push(summary, '');
    }
    problems.forEach((problem) =>
        lines.push(`- ${problem.text}${problem.source ? ` (${placeText(problem.source)})` : ''}`)
    );
    if (problems.length > 0) {
        lines.push('');
    }
    if (trace) {
        if (trace.start?.text) {
            lines.push(`The session starts ${code(trace.start.text)}.`, '');
        }
        trace.steps.forEach((step, index) => lines.push(...stepLines(step, index + 1)));
        lines.push('');
    }
    if (basis) {
        lines.push(`<sub>${basisText(basis)}</sub>`, '');
    }
    return lines.join('\n');
}

/** Writes `12 states, 34 transitions, 3 ms`. */
export function basisText(basis: NonNullable<SessionContent['basis']>): string {
    const milliseconds =
        basis.milliseconds < 1 ? 'under 1 ms' : `${Math.round(basis.milliseconds).toLocaleString('en')} ms`;
    return [counted(basis.states, 'state'), counted(basis.transitions, 'transition'), milliseconds].join(', ');
}

function stepLines(step: TraceStep, number: number): string[] {
    const decision = decisionWord(step);
    const time = step.time > 0 ? ` at ${durationText(step.time)}${step.clock ? `, on ${step.clock.text}` : ''}` : '';
    const lines = [
        `${number}. ${actText(step)}${decision && step.kind !== 'event' ? ` → **${decision}**` : ''}${time}`
    ];
    const decided = decidedText(step);
    if (step.rules.length === 0 && decided.endsWith('.')) {
        lines.push(`   - ${decided}`);
    }
    for (const rule of step.rules) {
        lines.push(
            `   - ${decided} ${code(ruleText(rule))} (${placeText(rule.source)})${rule.because ? `: ${rule.because}` : ''}`
        );
    }
    for (const { kind, what, before, after } of step.changes) {
        const sign = kind === 'added' ? '+' : kind === 'removed' ? '−' : '±';
        lines.push(`   - ${sign} ${what}${kind === 'changed' ? `: ${before ?? ''} → ${after ?? ''}` : ''}`);
    }
    const marks = markTexts(step);
    if (marks.length > 0) {
        lines.push(`   - *${marks.join('; ')}*`);
    }
    return lines;
}

function actText(step: TraceStep): string {
    if (step.act !== undefined) {
        return `${actorText(step)} ${actedText(step)}`.trim();
    }
    const behind = behindText(step).trim();
    const what = code(isAnswer(step) ? calledText(step) : callText(step)) + (behind === '' ? '' : ` ${code(behind)}`);
    return step.kind === 'event'
        ? `${what} happens`
        : `${actorText(step)} ${step.kind === 'release' ? 'calls' : verb(step)} ${what}`;
}

/** Writes the marks of M24 in words. */
export function markTexts(step: Pick<TraceStep, 'judged' | 'breaks' | 'letsThrough'>): string[] {
    return [
        ...(step.judged ? ['the claim judges this step'] : []),
        ...(step.breaks && !step.judged ? ['needed: without this step, the claim would not be broken'] : []),
        ...(step.letsThrough && !step.judged
            ? ['lets through: without this step, the last step would be decided differently']
            : [])
    ];
}

/** Formats a text as code, even if it has backquoted names. */
function code(text: string): string {
    return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
