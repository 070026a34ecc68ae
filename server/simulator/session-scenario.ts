/** A session that the checker shows, written as a scenario with the decisions as they are. */
import * as ast from '../../language/generated/ast.js';
import type { Trace, TraceStart, TraceStep } from '../checker/result.js';
import type { Arguments, Value } from '../model/policy.js';
import { sessionValues } from '../model/session-values.js';
import type { NameWriter } from '../../language/name-writer.js';
import { goesOnRunning } from '../wording/format.js';
import { numberToken, textToken } from '../../language/values.js';

/** Named after what the session breaks; no other scenario of the file is named so. */
export function freeScenarioName(file: ast.PolicyFile, title: string): string {
    const taken = new Set(file.elements.filter(ast.isScenario).map(({ name }) => name));
    const start = `against: ${title}`;
    let name = start;
    for (let number = 2; taken.has(name); number++) {
        name = `${start} (${number})`;
    }
    return name;
}

/** Undefined where a step has no form in a scenario. */
export function scenarioOf(trace: Trace, name: string, names: NameWriter): string | undefined {
    const lines = linesOf(trace, names);
    return lines && scenarioText(name, lines.map(lineText));
}

/** A step as a scenario writes it, and how it was decided. */
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

/** Undefined where a step has no form in a scenario. */
export function linesOf(trace: Trace, names: NameWriter): Line[] | undefined {
    const lines: Line[] = startLines(trace.start, names);
    let time = 0;
    for (const step of trace.steps) {
        if (step.time > time) {
            lines.push({ text: `wait ${durationText(step.time - time)}` });
            time = step.time;
        }
        const text = stepText(step, trace.start, names);
        if (text === undefined) {
            return undefined;
        }
        lines.push({ text, ...(step.decision !== undefined && { decision: step.decision }) });
    }
    return lines;
}

/** The constants of the session, and what the clock shows: the first `at` sets it. */
function startLines(start: TraceStart | undefined, names: NameWriter): Line[] {
    const { constants, clock } = start ?? {};
    const lines = constants ? [{ text: sessionText(constants, names) }] : [];
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

export function sessionText(constants: Arguments, names: NameWriter): string {
    const values = sessionValues(constants).map(({ name, value, attributes }) => {
        const also = Object.keys(attributes).length > 0 ? ` ${valueText(attributes, names)}` : '';
        return `${names.write(name, 'Name')}: ${valueText(value, names)}${also}`;
    });
    return values.length > 0 ? `new session with ${values.join(', ')}` : 'new session';
}

function stepText(step: TraceStep, start: TraceStart | undefined, names: NameWriter): string | undefined {
    const actor = names.write(step.actor, 'StrictName');
    if (step.input?.kind === 'end') {
        const { tool, outcome, result } = step.input;
        const given = result && ` returns (${argumentsText(result, names)})`;
        return `${names.write(tool, 'EventName')}${endText(outcome, given ?? ' ends')}`;
    }
    if (step.act !== undefined) {
        const to = /^(delegates|returns) to (.+)$/.exec(step.act);
        return to
            ? `${actor} ${to[1]!} to ${names.write(to[2]!, 'StrictName')}`
            : /^says "/.test(step.act)
              ? saysLine(step)
              : step.act === 'a new session starts'
                ? sessionText(start?.constants ?? {}, names)
                : undefined;
    }
    switch (step.kind) {
        case 'approve':
        case 'refuse':
            return `${actor} ${step.kind === 'approve' ? 'approves' : 'refuses'} ${names.writeQualified(step.tool)}`;
        case 'event': {
            const args = Object.keys(step.args).length > 0 ? `(${argumentsText(step.args, names)})` : '';
            return `${names.write(step.tool, 'EventName')}${args} happens${readingsText(step)}`;
        }
        default: {
            const call = `${names.writeQualified(step.tool)}(${argumentsText(step.args, names)})`;
            const given = step.result && ` returns (${argumentsText(step.result, names)})`;
            return `${actor} calls ${call}${readingsText(step)}${goesOnRunning(step) ? ' runs' : endText(step.outcome, given)}`;
        }
    }
}

function endText(outcome: TraceStep['outcome'], given = ''): string {
    return outcome === 'error' ? ' fails' : outcome === 'lost' ? ' lost' : given;
}

/** Signals stand beside the fields of the request; what one says of a value has no form there. */
function saysLine(step: TraceStep): string | undefined {
    const { act = '', args } = step;
    const read = readingsText(step);
    const hasFields = Object.keys(args).some((name) => name !== 'text');
    return read.includes('(') ? undefined : `user ${act}${hasFields ? read.replace(' with ', ', ') : read}`;
}

function readingsText({ readings = [] }: TraceStep): string {
    const read = readings.filter((reading) => !reading.endsWith(': nothing')).join(', ');
    return read === '' ? '' : ` with ${read}`;
}

export function argumentsText(args: { readonly [name: string]: Value }, names: NameWriter): string {
    return Object.entries(args)
        .map(([name, value]) => `${names.write(name, 'Name')}: ${valueText(value, names)}`)
        .join(', ');
}

export function valueText(value: Value, names: NameWriter): string {
    if (Array.isArray(value)) {
        return `[${value.map((item: Value) => valueText(item, names)).join(', ')}]`;
    }
    return typeof value === 'object' && value !== null
        ? `{ ${argumentsText(value as { readonly [name: string]: Value }, names)} }`
        : typeof value === 'string'
          ? textToken(value)
          : typeof value === 'number'
            ? numberToken(value)
            : JSON.stringify(value);
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
