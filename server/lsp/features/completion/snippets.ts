import { filled, type TemplateNames, usesOf } from './template-names.js';
import { type StatementSnippet, TEMPLATES } from './templates.js';

export const TOOL_SNIPPET: StatementSnippet = {
    label: 'tool',
    detail: 'tool name(params)',
    keyword: 'tool',
    body: 'tool ${1:name}($2)'
};

export const TOTAL_SNIPPET: StatementSnippet = {
    label: 'total',
    detail: 'total(tool.field)',
    keyword: 'total',
    body: 'total($1.$2)'
};

/** The template of a comparison with a count, because a count has no meaning alone. */
export const COUNT_SNIPPET: StatementSnippet = {
    label: 'count',
    detail: 'count(tool) >= number',
    keyword: 'count',
    body: 'count($1) >= ${2:1}'
};

/** The first word of the statement, below the time zone that some templates need. */
function firstWord(body: string): string {
    return /^(?:timezone .*\n)?([a-z]+)/.exec(body)?.[1] ?? '';
}

/** The templates of the statements that start with `word`, with the names of the policy. */
export function snippetsFor(word: string, names: TemplateNames, isInBlock: boolean): readonly StatementSnippet[] {
    const fitting = TEMPLATES.filter(({ body }) => firstWord(body) === word)
        .flatMap((template) => filled(template, names) ?? [])
        // In a pack or a mode, not every statement is possible.
        .filter(({ body }) => !isInBlock || !/\n[a-z]/.test(body));
    return word === 'use' ? [...fitting, ...usesOf(names)] : fitting;
}
