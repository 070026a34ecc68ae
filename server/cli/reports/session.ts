/** A session step by step: who calls what, what the rules say to it and why, what it changes, and which steps matter. */
import type { StateChange, Trace, TraceStep } from '../../checker/result.js';
import type { Value } from '../../model/policy.js';
import type { DecidedBy } from '../../model/session.js';
import type { ReportContext } from './context.js';
import { hang, padEnd, printable, sentences, widthOf } from './layout.js';
import { printRule } from './rule.js';
import type { Style } from './style.js';

/** Longer texts in arguments are cut; the JSON report has them whole. */
const MAX_TEXT = 120;

export function printTrace(trace: Trace, indent: number, context: ReportContext): string[] {
    const { style } = context;
    const left = ' '.repeat(indent);
    const lines = trace.steps.flatMap((step, i) => [
        ...printStep(step, i + 1, trace.steps, left, context),
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

/** Equal for two traces of the same session. */
export function sessionKey(trace: Trace): string {
    return JSON.stringify(
        trace.steps.map(({ kind, actor, act, tool, args, time, decision }) => [
            ...[kind, actor, act, tool, args, time, decision]
        ])
    );
}

function printStep(
    step: TraceStep,
    number: number,
    steps: readonly TraceStep[],
    left: string,
    context: ReportContext
): string[] {
    const { style } = context;
    const isLast = number === steps.length;
    const sign = step.judged ? style.bold(style.signs.judged) : style.signs.step;
    const head = `${left}${sign} ${String(number).padStart(String(steps.length).length)}  `;
    const decision = decisionWord(step, style);
    const [first = '', ...others] = printAct(step, style.width - widthOf(head), widthOf(decision) + 2);
    const gap = style.width - widthOf(head) - widthOf(first) - widthOf(decision);
    const rest = padEnd(left + (isLast ? ' ' : style.dim(style.signs.bar)), widthOf(head));
    return [
        `${head}${style.bold(first)}${decision === '' ? '' : ' '.repeat(Math.max(2, gap)) + decision}`,
        ...others.map((line) => rest + style.bold(line)),
        ...step.rules.flatMap((rule) => printRule(rule, rest, context)),
        ...sentences(reasonsOf(step, steps[number - 2]), rest, style.width, style.dim),
        ...step.changes.flatMap((change) => printChange(change, rest, context)),
        ...sentences(marksOf(step), rest, style.width, style.yellow)
    ];
}

const ACTS = { call: 'calls', release: 'calls again', approve: 'approves', refuse: 'refuses', event: '' } as const;

/** On one line with room for the decision, or else with a line for each argument. */
function printAct(step: TraceStep, width: number, taken: number): string[] {
    if (step.act !== undefined) {
        return hang('', printable(`${step.actor} ${step.act}`.trim()), { width: width - taken, rest: '  ' });
    }
    if (step.kind === 'event') {
        return hang('', printable(step.text), { width: width - taken, rest: '  ' });
    }
    const call = printable(`${step.actor} ${ACTS[step.kind]} ${step.tool}`);
    const args = Object.entries(step.args).map(([name, value]) => printable(argumentText(name, value)));
    const oneLine = `${call}(${args.join(', ')})`;
    if (widthOf(oneLine) <= width - taken) {
        return [oneLine];
    }
    const lines = args.flatMap((arg, i) => hang('  ', i < args.length - 1 ? `${arg},` : arg, { width, rest: '    ' }));
    return [...hang('', `${call}(`, { width: width - taken }), ...lines, ')'];
}

/** What stands on the right: the decision, or that no agent does it. */
function decisionWord({ kind, actor, decision }: TraceStep, style: Style): string {
    if (kind === 'event') {
        return actor === 'outside' || actor === 'user' ? style.dim('from outside') : '';
    }
    const colors = { allowed: style.green, denied: style.red, held: style.yellow };
    return decision === undefined ? '' : colors[decision](decision);
}

/** What is to be said about a decision beyond the rules that made it. */
function reasonsOf(step: TraceStep, before: TraceStep | undefined): string[] {
    const reasons: string[] = [];
    if (step.by !== undefined && step.rules.length === 0) {
        reasons.push(BY[step.by]);
    } else if (step.by === 'unknown') {
        reasons.push('because the rule could not be read as false');
    }
    if (step.outcome === 'error') {
        reasons.push('the call ends in an error');
    } else if (step.outcome === 'lost') {
        reasons.push('the answer of the call is lost');
    }
    if (step.withheld) {
        reasons.push('its result is withheld');
    }
    if (step.readings) {
        reasons.push(`the signals say ${printable(step.readings.join(', '))}`);
    }
    if (step.time > (before?.time ?? 0)) {
        const shown = step.clock ? `, on ${step.clock.text}` : '';
        reasons.push(`at ${clock(step.time)} since the start of the session${shown}`);
    }
    return reasons;
}

const BY: { readonly [by in DecidedBy]: string } = {
    rule: 'by a rule',
    default: 'no rule allows it',
    unknown: 'what the rules ask for is unknown',
    inventory: 'the inventory has no such call'
};

function printChange(change: StateChange, left: string, { style }: ReportContext): string[] {
    const looks = { added: style.green('+'), removed: style.red('-'), changed: style.yellow('~') };
    const values =
        change.kind === 'changed' ? `: ${change.before ?? ''} ${style.signs.arrow} ${change.after ?? ''}` : '';
    return hang(`${left}${looks[change.kind]} `, printable(change.what + values), {
        width: style.width,
        rest: `${left}  `
    });
}

function marksOf(step: TraceStep): string[] {
    const marks: string[] = [];
    if (step.breaks) {
        marks.push('breaks: without this step the last one breaks nothing');
    }
    if (step.letsThrough) {
        marks.push('lets through: without this step the last one would be decided otherwise');
    }
    return marks;
}

function argumentText(name: string, value: Value): string {
    return `${name}: ${valueText(value)}`;
}

function valueText(value: Value): string {
    if (typeof value === 'string') {
        const cut = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
        return JSON.stringify(cut);
    }
    if (Array.isArray(value)) {
        return `[${value.map((item) => valueText(item as Value)).join(', ')}]`;
    }
    if (typeof value === 'object' && value !== null) {
        return `{ ${Object.entries(value)
            .map(([name, field]) => argumentText(name, field))
            .join(', ')} }`;
    }
    return String(value);
}

/** `1:00:05`, `0:30` */
function clock(seconds: number): string {
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    const two = (value: number): string => String(value).padStart(2, '0');
    const rest = two(seconds % 60);
    return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
