/** What can be wrong with settings, whatever the client. */
import type { Client, Place, SettingsProblem } from './settings.js';

/** The client uses nothing of the file. @param why a clause */
export function doesNotLoad({ title }: Client, place: Place, why: string): SettingsProblem {
    return {
        code: 'GR701',
        level: 'error',
        place,
        message: `${title} does not load this file, so none of its rules act: ${why}.`
    };
}

/** The client reads the rule, but never consults it. @param why a clause */
export function neverActs(place: Place, why: string, fix?: SettingsProblem['fix']): SettingsProblem {
    return { code: 'GR702', level: 'warning', place, message: `This rule never acts: ${why}.`, ...(fix && { fix }) };
}

/** The rule is about fewer calls than its text seems to say, or about more. @param why a clause */
export function saysOther(place: Place, why: string, fix?: SettingsProblem['fix']): SettingsProblem {
    return {
        code: 'GR703',
        level: 'warning',
        place,
        message: `This rule does not do what it seems to say: ${why}.`,
        ...(fix && { fix })
    };
}

/** The client ignores the key. */
export function unknownKey({ title }: Client, place: Place, key: string, hint = ''): SettingsProblem {
    return {
        code: 'GR704',
        level: 'warning',
        place,
        message: `${title} does not read \`${key}\` in this file${hint}.`
    };
}

/** Guardrail does not know what the client makes of it. @param why a clause */
export function notUnderstood({ title }: Client, place: Place, why: string): SettingsProblem {
    return { code: 'GR706', level: 'warning', place, message: `What ${title} makes of this is not known: ${why}.` };
}

/** A text of several lines as one. */
export function onOneLine(text: string): string {
    return text.replace(/\s+/g, ' ').trim();
}
