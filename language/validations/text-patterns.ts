/**
 * GR321: a regular expression outside the regular subset, GR322: a pattern that every text or no text matches, GR430: a
 * pattern on a text with parts: a URL, an address, a path, a command.
 */
import type { AstNode, ValidationAcceptor } from 'langium';
import { AstUtils } from 'langium';
import type { Pattern, PrimitiveType, Term } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { paramOfTerm, termText } from '../types/terms.js';
import { regexProblem, textPattern, triviality } from '../text/text-patterns.js';
import type { ValidationRule } from './rule.js';

export const textPatterns: ValidationRule = {
    codes: ['GR321', 'GR322', 'GR430'],
    checks: () => ({
        Pattern: checkPattern,
        PrimitiveType: (node, accept) => {
            if (node.regex !== undefined) {
                checkPattern(node, accept);
            }
        },
        Matches: (node, accept) => checkParts(node, node.left, accept),
        StartsWith: (node, accept) => checkParts(node, node.left, accept),
        EndsWith: (node, accept) => checkParts(node, node.left, accept),
        Contains: (node, accept) => checkParts(node, node.left, accept)
    })
};

function checkPattern(node: Pattern | PrimitiveType, accept: ValidationAcceptor): void {
    if (node.regex !== undefined) {
        const problem = regexProblem(node.regex);
        if (problem !== undefined) {
            accept('error', problem, { node, code: 'GR321' });
            return;
        }
    } else if (!ast.isPattern(node) || node.glob === undefined) {
        return;
    }
    const matching = triviality(textPattern(node));
    if (matching === 'none') {
        accept('error', `No text matches this${ast.isPattern(node) ? ', so the condition is never true' : ''}.`, {
            node,
            code: 'GR322'
        });
    } else if (matching === 'every') {
        accept('warning', 'Every text matches this, so it has no effect.', { node, code: 'GR322' });
    }
}

interface PartAdvice {
    readonly name: RegExp;
    readonly what: string;
    readonly danger: string;
    /**
     * The condition to write; if the condition makes a rule stricter, it must look for some command instead of every
     * one.
     */
    readonly instead: (text: string, quantifier: 'every' | 'some') => string;
}

const URL_NAME = /(^|_)(url|uri|href)s?$|(Url|Uri|Href)s?$|^(URL|URI)$/;

/**
 * The names of parameters with parts, because nothing else shows what a text contains; only unambiguous names are
 * listed.
 */
const PARTED: readonly PartAdvice[] = [
    {
        name: URL_NAME,
        what: 'a URL',
        danger: '"https://acme.example.evil.com" starts like yours',
        instead: (text) => `\`host of ${text} in ["acme.example", "*.acme.example"]\``
    },
    {
        name: /(^|_)e?mail(_address)?s?$|(Email|EmailAddress)s?$/,
        what: 'an address',
        danger: '"x@acme.example.evil.com" looks like yours',
        instead: (text) => `\`domain of ${text} in ["acme.example"]\``
    },
    {
        name: /(^|_)(path|filepath|filename)s?$|(Path|FileName)s?$/,
        what: 'a path',
        danger: '"/srv/../etc/passwd" starts like yours',
        instead: (text) => `\`${text} within "/srv"\`, or ask for \`extension of ${text}\``
    },
    {
        name: /(^|_)(cmd|command|commandline)s?$|(Command|Cmd)$/,
        what: 'a command',
        danger: '"npm test; curl evil.example" starts like yours',
        instead: (text, quantifier) => `\`${quantifier} command of ${text} starts with "npm test"\``
    }
];

/** True if the term's name says that it is a URL. */
export function isNamedUrl(term: Term | undefined): boolean {
    const name = nameOf(term);
    return name !== undefined && URL_NAME.test(name);
}

function checkParts(node: AstNode, term: Term | undefined, accept: ValidationAcceptor): void {
    const name = nameOf(term);
    const parted = name === undefined ? undefined : PARTED.find((kind) => kind.name.test(name));
    if (!parted || (ast.isContains(node) && !ast.isStringLiteral(node.value))) {
        return;
    }
    if (quantifierFor(node) === 'some' && looksAnywhere(node)) {
        // Where a text is found anywhere, the parts that it is beside make no difference: more calls are stopped.
        return;
    }
    const text = termText(term);
    const inAllow = AstUtils.getContainerOfType(node, ast.isRule)?.$type === ast.Allow.$type;
    accept(
        inAllow ? 'error' : 'hint',
        `\`${text}\` is ${parted.what}, and a pattern on its text lets more through than it seems: ${parted.danger}. Write ${parted.instead(text, quantifierFor(node))}.`,
        { node, code: 'GR430' }
    );
}

/** True if the condition finds a text wherever it stands: `contains "x"`, or a pattern that is open at both ends. */
function looksAnywhere(node: AstNode): boolean {
    if (!ast.isMatches(node)) {
        return ast.isContains(node);
    }
    const { glob, regex } = node.pattern;
    if (glob !== undefined) {
        // A single star ends at a slash.
        return /^\*\*.*\*\*$/s.test(glob);
    }
    const [, body = ''] = /^\/(.*)\/[a-z]*$/s.exec(regex ?? '') ?? [];
    // Outside of groups, `|` separates patterns with an end of their own.
    return /^\.\*.*(?<!\\)\.\*$/s.test(body) && !withoutGroups(body).includes('|');
}

function withoutGroups(regex: string): string {
    const plain = regex.replace(/\\.|\[(?:\\.|[^\]])*\]/gs, '');
    const less = plain.replace(/\([^()]*\)/g, '');
    return less === plain ? less : withoutGroups(less);
}

/**
 * The commands of a shell line that a condition must be about: all of them if the condition lets a call through, and
 * any of them if it stops one.
 */
export function quantifierFor(node: AstNode): 'every' | 'some' {
    const { $container: around, $containerProperty: property } = node;
    if (ast.isNegation(around)) {
        return quantifierFor(around) === 'every' ? 'some' : 'every';
    }
    if (ast.isBinaryCondition(around)) {
        const isPremise = around.operator === 'implies' && property === 'left';
        return isPremise ? (quantifierFor(around) === 'every' ? 'some' : 'every') : quantifierFor(around);
    }
    if (ast.isQuantified(around)) {
        return quantifierFor(around);
    }
    return property === 'when' && STOPPING.some((type) => around?.$type === type) ? 'some' : 'every';
}

/** The statements that stop a call when their condition is true. */
const STOPPING: readonly string[] = [
    ast.Deny.$type,
    ast.Require.$type,
    ast.RequireApproval.$type,
    ast.Withhold.$type,
    ast.Limit.$type,
    ast.NeverClaim.$type
];

/** The name of the term; for an element of a list, the name of the list. */
function nameOf(term: Term | undefined): string | undefined {
    if (ast.isFieldAccess(term)) {
        return term.field?.$refText;
    }
    const item = ast.isReference(term) ? term.target?.ref : undefined;
    return ast.isItem(item) ? nameOf(item.$container.list) : paramOfTerm(term)?.name;
}
