import type { CstNode, GrammarAST, ValueType } from 'langium';
import { DefaultValueConverter } from 'langium';

/** The text of a token as a value: names lose their backquotes, `server.tool` its white space. */
export class GuardrailValueConverter extends DefaultValueConverter {
    protected override runConverter(rule: GrammarAST.AbstractRule, input: string, cstNode: CstNode): ValueType {
        switch (rule.name) {
            case 'Name':
            case 'StrictName':
            case 'QUOTED_NAME':
                return unquoteName(input);
            case 'QualifiedName':
            case 'EventName':
                return splitQualifiedName(input).map(unquoteName).join('.');
            default:
                return super.runConverter(rule, input, cstNode);
        }
    }
}

export function unquoteName(text: string): string {
    return text.startsWith('`') && text.endsWith('`') && text.length > 1 ? text.slice(1, -1) : text;
}

/** A name as it must be written: in backquotes unless it is an identifier. */
export function quoteName(name: string): string {
    return /^(?!true$|false$)[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${name}\``;
}

function splitQualifiedName(text: string): string[] {
    return text.match(/`[^`]*`|[^.\s]+/g) ?? [];
}

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** `15m` in seconds. */
export function durationSeconds(text: string): number {
    return Number(text.slice(0, -1)) * UNIT_SECONDS[text.slice(-1) as keyof typeof UNIT_SECONDS];
}
