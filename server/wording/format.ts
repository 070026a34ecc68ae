/** Writes values, calls and times for people, in the syntax of the language. */
import type { ClaimResult, TraceStep } from '../checker/results/result.js';
import { actorText as nameOfActor, calledText } from '../checker/traces/step-text.js';
import { nameText, valueText } from '../model/text/typed-text.js';

type Value = TraceStep['args'][string];
export type TokenKind = 'name' | 'string' | 'number' | 'boolean' | 'plain';

export interface Token {
    readonly kind: TokenKind;
    readonly text: string;
}

export function valueTokens(value: Value): Token[] {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) {
        return [{ kind: value === null ? 'boolean' : typeof value, text: valueText(value) } as Token];
    }
    if (isList(value)) {
        return [plain('['), ...separated(value.map(valueTokens)), plain(']')];
    }
    return [plain('{'), ...separated(Object.entries(value).map(namedTokens)), plain('}')];
}

/** Writes `folder: "inbox", limit: 3`. */
export function argumentTokens(args: TraceStep['args']): Token[] {
    return separated(Object.entries(args).map(namedTokens));
}

/** Writes `mail.read(folder: "inbox")`; for an event, its name with its values; empty for anything else. */
export function callText({ kind, act, tool, args }: Pick<TraceStep, 'kind' | 'act' | 'tool' | 'args'>): string {
    if (act !== undefined) {
        return '';
    }
    const name = calledText({ kind, tool });
    if (kind === 'event' && Object.keys(args).length === 0) {
        return name;
    }
    return `${name}(${argumentTokens(args)
        .map(({ text }) => text)
        .join('')})`;
}

export {
    actText,
    behindText,
    calledText,
    chosenText,
    goesOnRunning,
    isAnswer,
    returnsText
} from '../checker/traces/step-text.js';
export { nameText } from '../model/text/typed-text.js';

/** The kind of step that a badge shows. */
export function decisionWord(step: TraceStep): DecisionWord | undefined {
    return step.kind === 'event' && step.act !== undefined ? undefined : (ACTS[step.kind] ?? step.decision);
}

export type DecisionWord = 'allowed' | 'denied' | 'held' | 'approved' | 'refused' | 'happened';

/** The words for steps that are not calls, and so have no decision. */
const ACTS: { readonly [kind in TraceStep['kind']]?: DecisionWord } = {
    approve: 'approved',
    refuse: 'refused',
    event: 'happened'
};

/** The actor; empty for an outside event. */
export function actorText({ kind, actor }: Pick<TraceStep, 'kind' | 'actor'>): string {
    return kind === 'event' && actor === 'outside' ? 'from outside' : nameOfActor({ actor });
}

/** The actor's action; empty for an event. */
export function verb({ kind, act }: Pick<TraceStep, 'kind' | 'act'>): string {
    return act ?? { call: 'calls', release: 'calls again', approve: 'approves', refuse: 'refuses', event: '' }[kind];
}

/** A sentence about how the rules led to the decision; the list of rules follows it. */
export function decidedText(step: TraceStep): string {
    if (step.kind === 'event') {
        return '';
    }
    if (step.by === 'default') {
        return 'No rule allows it.';
    }
    if (step.by === 'inventory') {
        return 'It does not fit the inventory.';
    }
    if (step.kind === 'approve' || step.kind === 'refuse') {
        return step.rules.length > 0 ? 'asked for by' : '';
    }
    return step.by === 'unknown' ? 'since a condition is unknown, by' : 'by';
}

/** The text of the rule without its reason, which is shown next to it. */
export function ruleText({ text, because }: TraceStep['rules'][number]): string {
    return because === undefined ? text : text.replace(/\s+because\s+"(?:[^"\\]|\\.)*"$/, '');
}

/** The annotation as written: `@severity(high)`, `@owasp("ASI02")`. */
export function annotationText({ name, values }: ClaimResult['annotations'][number]): string {
    const written = values.map((value) => (/^[A-Za-z_]\w*$/.test(value) ? value : JSON.stringify(value)));
    return `@${name}${values.length > 0 ? `(${written.join(', ')})` : ''}`;
}

/** Writes `15m` or `1h 30m`, in the units of the language; the start is `0s`. */
export function durationText(seconds: number): string {
    const units: [string, number][] = [
        ['d', 86400],
        ['h', 3600],
        ['m', 60],
        ['s', 1]
    ];
    let rest = seconds;
    const parts: string[] = [];
    for (const [unit, size] of units) {
        const count = Math.floor(rest / size);
        rest -= count * size;
        if (count > 0) {
            parts.push(`${count}${unit}`);
        }
    }
    return parts.join(' ') || '0s';
}

/** Writes `mail.guardrail:9`, with the line number that editors show. The address of an unsaved text has no slash. */
export function placeText(source: ClaimResult['source']): string {
    const file = source.uri.slice(Math.max(source.uri.lastIndexOf('/'), source.uri.indexOf(':')) + 1);
    return `${safeDecode(file)}:${source.start.line + 1}`;
}

function namedTokens([name, value]: [string, Value]): Token[] {
    return [{ kind: 'name', text: nameText(name) }, plain(': '), ...valueTokens(value)];
}

function separated(groups: Token[][]): Token[] {
    return groups.flatMap((group, index) => (index === 0 ? group : [plain(', '), ...group]));
}

function plain(text: string): Token {
    return { kind: 'plain', text };
}

function isList(value: Value): value is readonly Value[] {
    return Array.isArray(value);
}

function safeDecode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
