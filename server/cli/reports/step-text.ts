/** Writes a step of a session in words, in the same way in every report for people. */
import type { StateChange, TraceStep } from '../../checker/results/result.js';
import type { Value } from '../../model/policy/policy.js';
import type { DecidedBy } from '../../model/session/session.js';
import {
    actText as actedText,
    actorText,
    behindText,
    calledText,
    chosenText,
    isAnswer,
    silentReadings
} from '../../checker/traces/step-text.js';
import { fieldText, nameText, textToken, valueText as typedValue } from '../../model/text/typed-text.js';
import { printable } from '../terminal/layout.js';

/** The length at which texts in arguments are cut; the JSON report contains them completely. */
const MAX_TEXT = 120;

/** What the actor does with a tool, in words; empty for an event. */
export const ACTS = {
    call: 'calls',
    release: 'calls',
    approve: 'approves',
    refuse: 'refuses',
    event: ''
} as const;

/** Writes the actor and the action on one line: `assistant calls mail.read(folder: "inbox")`. */
export function actText(step: TraceStep): string {
    if (step.act !== undefined) {
        return printable(`${actorText(step)} ${actedText(step)}`.trim());
    }
    if (step.kind === 'event') {
        return printable(step.text);
    }
    const what = isAnswer(step) ? `${calledText(step)}${chosenText(step)}` : `${callText(step)}${behindText(step)}`;
    return printable(`${actorText(step)} ${ACTS[step.kind]} ${what}`);
}

/** Writes `mail.read(folder: "inbox")`. */
export function callText(step: TraceStep): string {
    const written = Object.entries(step.args).map(([name, value]) => argumentText(name, value));
    return printable(`${calledText(step)}(${written.join(', ')})`);
}

/** Remarks on a decision, in addition to its rules. */
export function reasonsOf(step: TraceStep, before: TraceStep | undefined): string[] {
    const reasons: string[] = step.kind === 'release' ? ['the call that was held, submitted again'] : [];
    if (isAnswer(step) && !(before?.decision === 'held' && isSameCall(step, before))) {
        reasons.push(`the call is ${callText(step)}`);
    }
    if (step.by !== undefined && step.rules.length === 0) {
        reasons.push(BY[step.by]);
    } else if (step.by === 'unknown') {
        reasons.push('because the rule could not be read as false');
    }
    if (step.withheld) {
        reasons.push('its result is withheld');
    }
    const silent = silentReadings(step);
    if (silent.length > 0) {
        reasons.push(`the signals say ${printable(silent.join(', '))}`);
    }
    if (step.time > (before?.time ?? 0)) {
        const shown = step.clock ? `, on ${step.clock.text}` : '';
        reasons.push(`at ${clock(step.time)} since the start of the session${shown}`);
    }
    return reasons;
}

function isSameCall(step: TraceStep, other: TraceStep): boolean {
    return step.tool === other.tool && JSON.stringify(step.args) === JSON.stringify(other.args);
}

const BY: { readonly [by in DecidedBy]: string } = {
    rule: 'by a rule',
    default: 'no rule allows it',
    unknown: 'a condition of the rules is unknown',
    inventory: 'the inventory has no such call'
};

/** Writes `+ assistant carries private`. */
export function changeText({ kind, what, before = '', after = '' }: StateChange): string {
    switch (kind) {
        case 'added':
            return `+ ${what}`;
        case 'removed':
            return `- ${what}`;
        case 'changed':
            return `~ ${what}: ${before} → ${after}`;
    }
}

/** The reasons why a step cannot be left out. */
export function marksOf(step: TraceStep): string[] {
    const marks: string[] = [];
    if (step.breaks) {
        marks.push('needed: without this step, the claim would not be broken');
    }
    if (step.letsThrough) {
        marks.push('lets through: without this step, the last step would be decided differently');
    }
    return marks;
}

/** Writes `folder: "inbox"`. */
export function argumentText(name: string, value: Value): string {
    return `${nameText(name)}: ${valueText(value)}`;
}

function valueText(value: Value): string {
    if (typeof value === 'string') {
        const cut = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
        return textToken(cut);
    }
    if (Array.isArray(value)) {
        return `[${value.map((item) => valueText(item as Value)).join(', ')}]`;
    }
    if (typeof value === 'object' && value !== null) {
        const fields = Object.entries(value).map(([name, field]) => `${fieldText(name)}: ${valueText(field)}`);
        return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
    }
    return typedValue(value);
}

/** Writes `1:00:05` or `0:30`. */
function clock(seconds: number): string {
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    const two = (value: number): string => String(value).padStart(2, '0');
    const rest = two(seconds % 60);
    return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
