/**
 * Writes names and values as people type them in a policy, so that printed parts of a session can be pasted into a
 * scenario.
 */
import { KEYWORDS, NEVER_NAMES } from './keywords.js';
import type { Arguments, Value } from '../policy/policy.js';

/**
 * The grammar rules for names: `Name` accepts nearly every keyword, `StrictName` accepts none; an `EventName` has
 * parts, of which the first is strict.
 */
export type NameRule = 'Name' | 'StrictName' | 'EventName';

/**
 * The name as the grammar reads it: in backquotes if it is not an identifier, or if a keyword would take precedence. An
 * empty text, which names nobody, stays empty.
 */
export function nameText(name: string, rule: NameRule = 'Name'): string {
    if (rule === 'EventName') {
        const parts = partsOf(name);
        return parts.map((part, index) => nameText(part, index === 0 ? 'StrictName' : 'Name')).join('.');
    }
    const isReserved = rule === 'Name' ? NEVER_NAMES.has(name) : KEYWORDS.has(name) && name !== 'user';
    return /^(?:[A-Za-z_][A-Za-z0-9_]*)?$/.test(name) && !isReserved ? name : `\`${name}\``;
}

/**
 * The name as `server.tool`, or `delegate to agent`. A lookup treats a dot inside a name like a dot between two names.
 */
export function toolText(name: string): string {
    if (name.startsWith(DELEGATE)) {
        return DELEGATE + nameText(name.slice(DELEGATE.length), 'StrictName');
    }
    const dot = name.indexOf('.');
    const parts = dot <= 0 || dot === name.length - 1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
    return parts.map((part) => nameText(part)).join('.');
}

const DELEGATE = 'delegate to ';

/** True if backquotes can quote the name, or each of its parts. */
export function canType(name: string, rule: NameRule): boolean {
    return (rule === 'EventName' ? partsOf(name) : [name]).every((part) => /^[^`\r\n]+$/.test(part));
}

/** The names separated by dots; an empty name is possible only in the middle. */
function partsOf(name: string): string[] {
    const parts = name.split('.');
    return parts.includes('') ? [name] : parts;
}

/** Writes `folder: "inbox", limit: 3`. */
export function argumentsText(args: Arguments): string {
    return Object.entries(args).map(argumentText).join(', ');
}

export function valueText(value: Value): string {
    if (Array.isArray(value)) {
        return `[${value.map((item: Value) => valueText(item)).join(', ')}]`;
    }
    switch (typeof value) {
        case 'string':
            return textToken(value);
        case 'number':
            return numberToken(value);
        case 'object':
            return value === null ? 'null' : recordText(value as Arguments);
        default:
            return String(value);
    }
}

function argumentText([name, value]: readonly [string, Value]): string {
    return `${nameText(name)}: ${valueText(value)}`;
}

function recordText(fields: Arguments): string {
    const names = Object.keys(fields);
    return names.length === 0
        ? '{}'
        : `{ ${names.map((name) => `${fieldText(name)}: ${valueText(fields[name]!)}`).join(', ')} }`;
}

/** The name of a field, or the key of a map, which may be any text. */
export function fieldText(name: string): string {
    return /^[^`\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u.test(name) ? nameText(name) : textToken(name);
}

/** The text as a STRING token. Characters that are invisible or that change the text direction are escaped. */
export function textToken(text: string): string {
    return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
        [...Array(character.length).keys()]
            .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
            .join('')
    );
}

/** The number as a NUMBER token, which has no exponent. */
export function numberToken(value: number): string {
    const [, sign = '', mantissa = '', exponent] = /^(-?)([0-9.]+)(?:e([+-][0-9]+))?$/.exec(String(value)) ?? [];
    if (exponent === undefined) {
        return String(value);
    }
    const [before = '', after = ''] = mantissa.split('.');
    const point = before.length + Number(exponent);
    const digits = (before + after).padStart(before.length + after.length + Math.max(0, 1 - point), '0');
    const at = Math.max(1, point);
    return `${sign}${digits.slice(0, at).padEnd(at, '0')}${digits.length > at ? `.${digits.slice(at)}` : ''}`;
}
