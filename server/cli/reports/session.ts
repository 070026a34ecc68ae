/**
 * Prints a session step by step: the calls, the decisions with their reasons, the changes, and the steps that matter.
 */
import type { StateChange, Trace, TraceStep } from '../../checker/results/result.js';
import type { ReportContext } from './context.js';
import { actorText, actText, behindText, calledText, chosenText, isAnswer } from '../../checker/traces/step-text.js';
import { hang, padEnd, printable, sentences, widthOf } from '../terminal/layout.js';
import { printRule } from './rule.js';
import { ACTS, argumentText, marksOf, reasonsOf } from './step-text.js';
import type { Style } from '../terminal/style.js';

export function printTrace(trace: Trace, indent: number, context: ReportContext): string[] {
    const { style } = context;
    const left = ' '.repeat(indent);
    const lines = trace.steps.flatMap((step, i) => [
        ...printStep(
            step,
            {
                number: String(i + 1).padStart(String(trace.steps.length).length),
                before: trace.steps[i - 1],
                isLast: i === trace.steps.length - 1
            },
            left,
            context
        ),
        ...(i < trace.steps.length - 1 ? [left + style.dim(style.signs.bar)] : [])
    ]);
    const start = trace.start
        ? sentences([printable(`the session starts ${trace.start.text}`)], left, style.width, style.dim)
        : [];
    const summary = trace.summary === '' ? [] : hang(left, printable(trace.summary), style);
    return [start, lines, summary]
        .filter((part) => part.length > 0)
        .flatMap((part, i) => (i > 0 ? ['', ...part] : part));
}

/** A text that is equal for two traces of the same session. */
export function sessionKey(trace: Trace): string {
    return JSON.stringify(
        trace.steps.map(({ kind, actor, act, tool, args, time, decision }) => [
            ...[kind, actor, act, tool, args, time, decision]
        ])
    );
}

export interface PlaceInSession {
    /** The number as it is displayed. */
    readonly number: string;
    readonly before: TraceStep | undefined;
    readonly isLast: boolean;
}

/** @param left the text before every line */
export function printStep(
    step: TraceStep,
    { number, before, isLast }: PlaceInSession,
    left: string,
    context: ReportContext
): string[] {
    const { style } = context;
    const sign = step.judged ? style.bold(style.signs.judged) : style.signs.step;
    const head = `${left}${sign} ${number}  `;
    const decision = decisionWord(step, style);
    const [first = '', ...others] = printAct(step, style.width - widthOf(head), widthOf(decision) + 2);
    const gap = style.width - widthOf(head) - widthOf(first) - widthOf(decision);
    const rest = padEnd(left + (isLast ? ' ' : style.dim(style.signs.bar)), widthOf(head));
    return [
        `${head}${style.bold(first)}${decision === '' ? '' : ' '.repeat(Math.max(2, gap)) + decision}`,
        ...others.map((line) => rest + style.bold(line)),
        ...step.rules.flatMap((rule) => printRule(rule, rest, context)),
        ...sentences(reasonsOf(step, before), rest, style.width, style.dim),
        ...step.changes.flatMap((change) => printChange(change, rest, context)),
        ...sentences(marksOf(step), rest, style.width, style.yellow)
    ];
}

/** Prints the call on one line with space for the decision, or else with a line for each argument. */
function printAct(step: TraceStep, width: number, taken: number): string[] {
    if (step.act !== undefined) {
        return hang('', printable(`${actorText(step)} ${actText(step)}`.trim()), { width: width - taken, rest: '  ' });
    }
    if (step.kind === 'event') {
        return hang('', printable(step.text), { width: width - taken, rest: '  ' });
    }
    const call = printable(`${actorText(step)} ${ACTS[step.kind]} ${calledText(step)}`);
    if (isAnswer(step)) {
        return hang('', `${call}${printable(chosenText(step))}`, { width: width - taken, rest: '  ' });
    }
    const behind = printable(behindText(step));
    const args = Object.entries(step.args).map(([name, value]) => printable(argumentText(name, value)));
    const oneLine = `${call}(${args.join(', ')})${behind}`;
    if (widthOf(oneLine) <= width - taken) {
        return [oneLine];
    }
    if (args.length === 0) {
        return hang('', oneLine, { width: width - taken, rest: '  ' });
    }
    const lines = args.flatMap((arg, i) => hang('  ', i < args.length - 1 ? `${arg},` : arg, { width, rest: '    ' }));
    return [
        ...hang('', `${call}(`, { width: width - taken }),
        ...lines,
        ...hang('', `)${behind}`, { width, rest: '  ' })
    ];
}

/** The text on the right: the decision, or a note that no agent performs the step. */
function decisionWord({ kind, actor, decision }: TraceStep, style: Style): string {
    if (kind === 'event') {
        return actor === 'outside' || actor === 'user' ? style.dim('from outside') : '';
    }
    const colors = { allowed: style.green, denied: style.red, held: style.yellow };
    return decision === undefined ? '' : colors[decision](decision);
}

function printChange(change: StateChange, left: string, { style }: ReportContext): string[] {
    const looks = { added: style.green('+'), removed: style.red('-'), changed: style.yellow('~') };
    const values =
        change.kind === 'changed' ? `: ${change.before ?? ''} ${style.signs.arrow} ${change.after ?? ''}` : '';
    return hang(`${left}${looks[change.kind]} `, printable(change.what + values), {
        width: style.width,
        rest: `${left}  `
    });
}
