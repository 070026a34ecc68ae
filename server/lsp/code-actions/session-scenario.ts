/** A session that the checker shows, written as a scenario with the decisions as they are. */
import type { Trace, TraceStep } from '../../checker/result.js';
import type { Value } from '../../model/policy.js';
import type { NameWriter } from '../names.js';

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
    return [`scenario ${JSON.stringify(name)}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Undefined where a step has no form in a scenario. */
export function linesOf(trace: Trace, names: NameWriter): Line[] | undefined {
    const lines: Line[] = [];
    let time = 0;
    for (const step of trace.steps) {
        if (step.time > time) {
            lines.push({ text: `wait ${durationText(step.time - time)}` });
            time = step.time;
        }
        const text = stepText(step, names);
        if (text === undefined) {
            return undefined;
        }
        lines.push({ text, ...(step.decision !== undefined && { decision: step.decision }) });
    }
    return lines;
}

function stepText(step: TraceStep, names: NameWriter): string | undefined {
    const actor = names.write(step.actor, 'StrictName');
    if (step.act !== undefined) {
        const to = /^(delegates|returns) to (.+)$/.exec(step.act);
        return to
            ? `${actor} ${to[1]!} to ${names.write(to[2]!, 'StrictName')}`
            : /^says "/.test(step.act)
              ? `user ${step.act}`
              : step.act === 'a new session starts'
                ? 'new session'
                : undefined;
    }
    switch (step.kind) {
        case 'approve':
        case 'refuse':
            return `${actor} ${step.kind === 'approve' ? 'approves' : 'refuses'} ${names.writeQualified(step.tool)}`;
        case 'event': {
            const args = Object.keys(step.args).length > 0 ? `(${argumentsText(step.args, names)})` : '';
            return `${names.write(step.tool, 'EventName')}${args} happens`;
        }
        default: {
            const call = `${names.writeQualified(step.tool)}(${argumentsText(step.args, names)})`;
            const readings = (step.readings ?? []).filter((reading) => !reading.endsWith(': nothing')).join(', ');
            const read = readings === '' ? '' : ` with ${readings}`;
            const outcome = step.outcome === 'error' ? ' fails' : step.outcome === 'lost' ? ' lost' : '';
            return `${actor} calls ${call}${read}${outcome}`;
        }
    }
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
