import { DefaultTokenBuilder, EmptyFileSystem } from 'langium';
import type { TokenType } from 'chevrotain';
import { expect, it } from 'vitest';
import { createGuardrailServices } from '../../language/module.js';
import { GuardrailTokenBuilder } from '../../language/parser/tokens.js';

const { Grammar } = createGuardrailServices(EmptyFileSystem).guardrail;

/** The names of the types, each with the types that are tried for a longer match. */
function listed(types: readonly TokenType[]): string[] {
    return types.map(
        ({ name, LONGER_ALT }) =>
            `${name}: ${[LONGER_ALT ?? []]
                .flat()
                .map((longer) => longer.name)
                .join(' ')}`
    );
}

it('the token types are those that Langium finds, with globs first', () => {
    const known = listed(new DefaultTokenBuilder().buildTokens(Grammar) as TokenType[])
        // These are tried earlier, or have no fixed text, so they are never a longer match.
        .map((line) => line.replace(/ (TOOL_GLOB|KEYWORD_NAME|FIELD_DOT|TOOL_AT|STATEMENT_END)\b/g, ''));
    const ours = listed(new GuardrailTokenBuilder().buildTokens() as TokenType[]).filter(
        (line) => !line.includes('(name)')
    );
    const isGlob = (line: string): boolean => line.startsWith('TOOL_GLOB');
    const isName = (line: string): boolean => line.startsWith('KEYWORD_NAME');
    expect(ours.map((line) => line.trim())).toEqual(
        [
            ...known.filter(isGlob),
            ...known.filter((line) => !isGlob(line) && !isName(line)),
            ...known.filter(isName)
        ].map((line) => line.trim())
    );
});
