/** Decides where a keyword is offered, and with which text around it. */
import { GrammarAST } from 'langium';
import { STATEMENTS } from '../../../../language/parser/keywords.js';
import { ruleOf, startsRule } from '../../text/grammar.js';
import { keywordProposal, type Proposal, snippetProposal } from './items.js';
import type { StatementContext } from './statement.js';
import { filled, type TemplateNames, usesOf } from './template-names.js';
import { type StatementSnippet, TEMPLATES } from './templates.js';

/** @param names the names for templates, computed only where a statement can start */
export function keywordProposals(
    keyword: GrammarAST.Keyword,
    statement: StatementContext,
    names: () => TemplateNames
): Proposal[] {
    const word = keyword.value;
    const rule = ruleOf(keyword)?.name;
    const last = statement.tokens.at(-1)?.image;
    if (!/^[a-z]/.test(word)) {
        return [];
    }
    if (word === 'tool' && rule === 'Tool') {
        return statement.atLineStart || last === '{' ? [snippetProposal(TOOL_SNIPPET)] : [];
    }
    // `approved E` is about an earlier call.
    if (isAlways(statement) && ABOUT_A_CALL.has(word) && !(word === 'approved' && rule !== 'ApprovedBy')) {
        return [];
    }
    if (rule === 'Root') {
        return [keywordProposal(`${word}.`, word, rule)];
    }
    if (word === 'total') {
        return [snippetProposal(TOTAL_SNIPPET)];
    }
    if (word === 'count') {
        return !isRightSide(statement)
            ? [snippetProposal(COUNT_SNIPPET)]
            : statement.tokens.at(-2)?.image === ')'
              ? [keywordProposal(word, word, rule)]
              : [];
    }
    if (STATEMENTS.has(word) && startsRule(keyword) && last !== 'audit') {
        const afterBrace = last === '{' || last === undefined;
        const isStart = statement.atLineStart || afterBrace || isAnnotation(statement);
        const isPlace = isStart && (word !== 'policy' || statement.atFileStart);
        const snippets = isPlace ? snippetsFor(word, names(), statement.around !== undefined).map(snippetProposal) : [];
        return !isPlace || snippets.length > 0 ? snippets : [keywordProposal(phrase(keyword), word, rule)];
    }
    return [keywordProposal(phrase(keyword), word, rule)];
}

/** `claim "…": always …` is not about a call (GR422). */
function isAlways({ tokens }: StatementContext): boolean {
    return tokens[0]?.image === 'claim' && tokens[tokens[1]?.image === ':' ? 2 : 3]?.image === 'always';
}

const ABOUT_A_CALL: ReadonlySet<string> = new Set(['carries', 'approved', 'caller']);

/**
 * True after a comparison operator. Elsewhere a count is offered as a whole comparison; here it is compared with
 * another.
 */
function isRightSide({ tokens }: StatementContext): boolean {
    return /^([=!]=|[<>]=?)$/.test(tokens.at(-1)?.image ?? '');
}

/** Annotations may be on the line of the statement that they belong to. */
function isAnnotation({ tokens }: StatementContext): boolean {
    return tokens[0]?.image === '@';
}

/** The word with the words that must follow it, such as `any tool`, `approved by` or `no flow from`. */
function phrase(keyword: GrammarAST.Keyword): string {
    const words = [keyword.value];
    let element: GrammarAST.AbstractElement = GrammarAST.isAssignment(keyword.$container)
        ? keyword.$container
        : keyword;
    for (;;) {
        while (GrammarAST.isAlternatives(element.$container) && GrammarAST.isGroup(element.$container.$container)) {
            element = element.$container;
        }
        const group: unknown = element.$container;
        const next = GrammarAST.isGroup(group) ? group.elements[group.elements.indexOf(element) + 1] : undefined;
        if (next === undefined && GrammarAST.isGroup(group) && GrammarAST.isAlternatives(group.$container)) {
            element = group;
            continue;
        }
        if (!GrammarAST.isKeyword(next) || next.cardinality || !/^[a-z]/.test(next.value)) {
            return words.join(' ');
        }
        words.push(next.value);
        element = next;
    }
}

const TOOL_SNIPPET: StatementSnippet = {
    label: 'tool',
    detail: 'tool name(params)',
    keyword: 'tool',
    body: 'tool ${1:name}($2)'
};

const TOTAL_SNIPPET: StatementSnippet = {
    label: 'total',
    detail: 'total(tool.field)',
    keyword: 'total',
    body: 'total($1.$2)'
};

/** The template of a comparison with a count, because a count has no meaning alone. */
const COUNT_SNIPPET: StatementSnippet = {
    label: 'count',
    detail: 'count(tool) >= number',
    keyword: 'count',
    body: 'count($1) >= ${2:1}'
};

/** The first word of the statement, below the time zone that some templates need. */
function firstWord(body: string): string {
    return /^(?:timezone .*\n)?([a-z]+)/.exec(body)?.[1] ?? '';
}

/** The templates of claims, from the name on. */
export function claimTemplates(names: TemplateNames): Proposal[] {
    return snippetsFor('claim', names, true).map(({ label, body, ...snippet }) => ({
        ...snippetProposal({ ...snippet, label: label.replace(/^claim /, ''), body: body.replace(/^claim /, '') }),
        text: '"": '
    }));
}

/** The templates of the statements that start with `word`, with the names of the policy. */
function snippetsFor(word: string, names: TemplateNames, isInBlock: boolean): readonly StatementSnippet[] {
    const fitting = TEMPLATES.filter(({ body }) => firstWord(body) === word)
        .flatMap((template) => filled(template, names) ?? [])
        // In a pack or a mode, not every statement is possible.
        .filter(({ body }) => !isInBlock || !/\n[a-z]/.test(body));
    return word === 'use' ? [...fitting, ...usesOf(names)] : fitting;
}
