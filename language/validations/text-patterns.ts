/**
 * GR321: a regular expression outside the regular subset, GR322: a pattern that every text or no text matches, GR430: a
 * pattern on a text with parts: a URL, an address, a path, a command.
 */
import { type AstNode, AstUtils } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { partOf, replaceNode, replacePart } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { folderIn } from '../text/folders.js';
import { hostIn } from '../text/host-names.js';
import { literalValue } from '../types/types.js';
import { isWholeLiteral, paramOfTerm, termText } from '../types/terms.js';
import { regexProblem, textPattern, triviality } from '../text/text-patterns.js';
import type { Reporter, ValidationRule } from './rule.js';

export const textPatterns: ValidationRule = {
    codes: ['GR321', 'GR322', 'GR430'],
    checks: {
        Pattern: checkPattern,
        PrimitiveType: (node, report) => {
            if (node.regex !== undefined) {
                checkPattern(node, report);
            }
        },
        Matches: (node, report) => checkParts(node, node.left, report),
        StartsWith: (node, report) => checkParts(node, node.left, report),
        EndsWith: (node, report) => checkParts(node, node.left, report),
        Contains: (node, report) => checkParts(node, node.left, report)
    }
};

function checkPattern(node: ast.Pattern | ast.PrimitiveType, report: Reporter): void {
    if (node.regex !== undefined) {
        const problem = regexProblem(node.regex);
        if (problem !== undefined) {
            report.error('GR321', node, problem, () => [withoutAnchors(node)]);
            return;
        }
    } else if (!ast.isPattern(node) || node.glob === undefined) {
        return;
    }
    const matching = triviality(textPattern(node));
    if (matching === 'none') {
        report.error(
            'GR322',
            node,
            `No text matches this${ast.isPattern(node) ? ', so the condition is never true' : ''}.`
        );
    } else if (matching === 'every') {
        report.warning('GR322', node, 'Every text matches this, so it has no effect.');
    }
}

/** Removes `^` and `$`, because the whole text is matched anyway. */
function withoutAnchors(pattern: ast.Pattern | ast.PrimitiveType): Fix | undefined {
    const [, source = '', flags = ''] = /^\/(.*)\/([A-Za-z]*)$/s.exec(pattern.regex!) ?? [];
    const inside = source.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
    const isBound = inside !== source;
    const open = isBound && !/^\^/.test(source) ? '.*' : '';
    const close = isBound && !/(?<!\\)\$$/.test(source) ? '.*' : '';
    const text = `/${open}${inside}${close}/${flags.includes('i') ? 'i' : ''}`;
    return source !== '' && text !== pattern.regex && regexProblem(text) === undefined
        ? obvious(`Change to \`${text}\``, replacePart(partOf(pattern, 'regex')!, text))
        : undefined;
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
export function isNamedUrl(term: ast.Term | undefined): boolean {
    const name = nameOf(term);
    return name !== undefined && URL_NAME.test(name);
}

type TextTest = ast.Matches | ast.StartsWith | ast.EndsWith | ast.Contains;

function checkParts(node: TextTest, term: ast.Term | undefined, report: Reporter): void {
    const name = nameOf(term);
    const parted = name === undefined ? undefined : PARTED.find((kind) => kind.name.test(name));
    if (!parted || (ast.isContains(node) && !ast.isStringLiteral(node.value))) {
        return;
    }
    const text = termText(term);
    if (quantifierFor(node) === 'some' && looksAnywhere(node)) {
        // Where a text is found anywhere, the parts that it is beside make no difference: more calls are stopped.
        const named = parted.what === 'a path' ? slashedFolder(node) : undefined;
        if (named !== undefined) {
            const condition = `${text} within "**/${named}"`;
            const message = `This misses "${named}/key", which has no slash before the folder. Write \`${condition}\`.`;
            report.hint('GR430', node, message, () => [
                obvious(`Write \`${condition}\``, replaceNode(node, condition))
            ]);
        }
        return;
    }
    const inAllow = AstUtils.getContainerOfType(node, ast.isRule)?.$type === ast.Allow.$type;
    report.add(
        inAllow ? 'error' : 'hint',
        'GR430',
        node,
        `\`${text}\` is ${parted.what}, and a pattern on its text lets more through than it seems: ${parted.danger}. Write ${parted.instead(text, quantifierFor(node))}.`,
        () =>
            ast.isEndsWith(node)
                ? []
                : insteadOf(node).map((condition, index) => ({
                      title: `Write \`${condition}\``,
                      changes: [replaceNode(node, condition)],
                      isPreferred: index === 0
                  }))
    );
}

/** The conditions on a part that the pattern on the whole text describes. */
function insteadOf(test: Exclude<TextTest, ast.EndsWith>): string[] {
    const value = ast.isStartsWith(test) ? test.prefix : ast.isContains(test) ? test.value : undefined;
    const text = ast.isMatches(test) ? test.pattern.glob : isWholeLiteral(value) ? literalValue(value) : undefined;
    const left = test.left.$cstNode!.text;
    if (typeof text !== 'string') {
        return [];
    }
    const name = left.toLowerCase();
    const isStart = ast.isStartsWith(test) || (ast.isMatches(test) && /^[^*]+\*+$/.test(text));
    const plain = text.replace(/\*+$/, '');
    if (/ur[il]|href/.test(name)) {
        const meant = hostIn(plain.replace(/^\*+/, ''));
        return meant === undefined ? [] : [`host of ${left} in ["${meant}", "*.${meant.replace(/^\*\./, '')}"]`];
    }
    if (/mail/.test(name)) {
        const meant = hostIn(plain.replace(/^.*@/, '').replace(/^\*+/, ''));
        return meant === undefined ? [] : [`domain of ${left} in ["${meant}"]`];
    }
    if (/path|file/.test(name)) {
        const extension = /^\**\.([a-z0-9]+)$/.exec(text)?.[1];
        const isFolder = (isStart && plain.startsWith('/')) || text.startsWith('**/');
        const meant = isFolder ? folderIn(text.startsWith('**/') ? text : plain) : undefined;
        return extension !== undefined
            ? [`extension of ${left} == "${extension}"`]
            : meant !== undefined
              ? [`${left} within "${meant}"`]
              : [];
    }
    return isStart && /^[\w./:,+@ -]+$/.test(plain)
        ? [`${quantifierFor(test)} command of ${left} starts with "${plain.trim()}"`]
        : [];
}

/** The folder that a path contains according to the condition, with a slash on both sides; undefined for other texts. */
function slashedFolder(test: TextTest): string | undefined {
    const text = ast.isMatches(test)
        ? test.pattern.glob
        : ast.isContains(test) && isWholeLiteral(test.value)
          ? literalValue(test.value)
          : undefined;
    const names = typeof text === 'string' ? /^(?:\*\*)?\/(.+?)\/(?:\*\*)?$/s.exec(text)?.[1] : undefined;
    return names === undefined ? undefined : folderIn(`**/${names}`)?.slice('**/'.length);
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
function quantifierFor(node: AstNode): 'every' | 'some' {
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
function nameOf(term: ast.Term | undefined): string | undefined {
    if (ast.isFieldAccess(term)) {
        return term.field?.$refText;
    }
    const item = ast.isReference(term) ? term.target?.ref : undefined;
    return ast.isItem(item) ? nameOf(item.$container.list) : paramOfTerm(term)?.name;
}
