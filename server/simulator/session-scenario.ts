/** Writes a session from the checker as a scenario with its actual decisions. */
import * as ast from '../../language/generated/ast.js';
import type { Trace, TraceStart, TraceStep } from '../checker/results/result.js';
import { actorText, behindText, calledText, chosenText, endedText } from '../checker/traces/step-text.js';
import type { Arguments, Claim, Condition } from '../model/policy/policy.js';
import { sessionValues } from '../model/values/session-constants.js';
import { argumentsText, nameText, textToken, valueText } from '../model/text/typed-text.js';
/** A name after the claim that the session breaks, which is unique in the file. */
export function freeScenarioName(file: ast.PolicyFile, title: string): string {
    const taken = new Set(file.elements.filter(ast.isScenario).map(({ name }) => name));
    const start = `against: ${title}`;
    let name = start;
    for (let number = 2; taken.has(name); number++) {
        name = `${start} (${number})`;
    }
    return name;
}

/**
 * Undefined if a step cannot be expressed in a scenario.
 *
 * @param wanted the decision that the scenario expects on the call that breaks the claim: it fails until the rules are
 * repaired. If undefined, the scenario expects what happens
 */
export function scenarioOf(trace: Trace, name: string, wanted?: WantedDecision): string | undefined {
    const judged = trace.steps.at(-1);
    const expected = wanted !== undefined && judged?.judged && judged.decision !== undefined ? wanted : undefined;
    const lines = linesOf(trace)?.map((line, index, all) =>
        index === all.length - 1 && expected !== undefined ? { ...line, decision: expected } : line
    );
    return lines && scenarioText(name, lines.map(lineText));
}

type WantedDecision = NonNullable<TraceStep['decision']> | 'withheld';

/**
 * The decision that the claim wants on the call that breaks it; undefined if no other decision on it would keep the
 * claim.
 */
export function wantedDecision(claim: Claim): WantedDecision | undefined {
    switch (claim.kind) {
        case 'decided':
            return claim.decision;
        case 'never':
        case 'requires':
        case 'at most':
        case 'no flow':
            return asksForApproval(claim.bad) ? 'held' : 'denied';
        case 'withheld':
            return 'withheld';
        case 'always':
            return 'denied';
        case 'possible':
        case 'stays possible':
            return undefined;
    }
}

function asksForApproval(condition: Condition): boolean {
    switch (condition.op) {
        case 'approved by':
            return true;
        case 'not':
            return asksForApproval(condition.arg);
        case 'and':
        case 'or':
            return condition.args.some(asksForApproval);
        default:
            return false;
    }
}

/** A step in scenario syntax, and its decision. */
export interface Line {
    readonly text: string;
    readonly decision?: string;
}

export function lineText({ text, decision }: Line): string {
    return decision === undefined ? text : `${text} -> ${decision}`;
}

export function scenarioText(name: string, lines: readonly string[]): string {
    return [`scenario ${textToken(name)}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Undefined if a step cannot be expressed in a scenario. */
export function linesOf(trace: Trace): Line[] | undefined {
    const lines: Line[] = startLines(trace.start);
    let time = 0;
    for (const step of trace.steps) {
        if (step.time > time) {
            lines.push({ text: `wait ${durationText(step.time - time)}` });
            time = step.time;
        }
        const text = stepText(step, trace.start);
        if (text === undefined) {
            return undefined;
        }
        lines.push({ text, ...(step.decision !== undefined && { decision: step.decision }) });
    }
    return lines;
}

/** The lines for the constants of the session and the clock: the first `at` sets the clock. */
function startLines(start: TraceStart | undefined): Line[] {
    const { constants, clock } = start ?? {};
    const lines = constants ? [{ text: sessionText(constants) }] : [];
    if (clock) {
        const [hour, minute, rest] = [
            Math.floor(clock.second / 3600),
            Math.floor(clock.second / 60) % 60,
            clock.second % 60
        ];
        lines.push({ text: `at ${clock.date} ${twoDigits(hour)}:${twoDigits(minute)}` });
        if (rest > 0) {
            lines.push({ text: `wait ${durationText(rest)}` });
        }
    }
    return lines;
}

export function sessionText(constants: Arguments): string {
    const values = sessionValues(constants).map(({ name, value, attributes }) => {
        const also = Object.keys(attributes).length > 0 ? ` ${valueText(attributes)}` : '';
        return `${nameText(name)}: ${valueText(value)}${also}`;
    });
    return values.length > 0 ? `new session with ${values.join(', ')}` : 'new session';
}

function stepText(step: TraceStep, start: TraceStart | undefined): string | undefined {
    const { kind, act, args, input } = step;
    const actor = actorText(step);
    if (input?.kind === 'end') {
        return endedText(input);
    }
    if (act !== undefined) {
        return input?.kind === 'session'
            ? sessionText(input.constants ?? start?.constants ?? {})
            : input?.kind === 'says' || /^says "/.test(act)
              ? saysLine(step)
              : /^(?:delegates|returns) to /.test(act)
                ? `${actor} ${act}`
                : undefined;
    }
    const called = calledText(step);
    switch (kind) {
        case 'approve':
        case 'refuse':
            return `${actor} ${kind === 'approve' ? 'approves' : 'refuses'} ${called}${chosenText(step)}`;
        case 'event':
            return `${called}${Object.keys(args).length > 0 ? `(${argumentsText(args)})` : ''} happens${behindText(step)}`;
        default:
            return `${actor} calls ${called}(${argumentsText(args)})${behindText(step)}`;
    }
}

/** The values of signals are listed with the fields of the request; each signal has one value for all arguments. */
function saysLine({ act = '', args, input }: TraceStep): string | undefined {
    const said = new Map<string, string>();
    for (const { signal, value } of (input?.kind === 'says' && input.signals) || []) {
        const text = value === undefined ? undefined : valueText(value);
        if (text === undefined || (said.get(signal) ?? text) !== text) {
            return undefined;
        }
        said.set(signal, text);
    }
    const read = [...said].map(([signal, text]) => `${nameText(signal)}: ${text}`).join(', ');
    const hasFields = Object.keys(args).some((name) => name !== 'text');
    return `user ${act}${read === '' ? '' : `${hasFields ? ', ' : ' with '}${read}`}`;
}

const UNITS = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60]
] as const;

export function durationText(seconds: number): string {
    const unit = UNITS.find(([, length]) => seconds % length === 0);
    return unit ? `${seconds / unit[1]}${unit[0]}` : `${seconds}s`;
}

function twoDigits(number: number): string {
    return String(number).padStart(2, '0');
}
