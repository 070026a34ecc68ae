/** Fixes hosts, paths, networks, commands and patterns that are not in the form in which they are compared. */
import * as ast from '../../../../../language/generated/ast.js';
import { hostProblem } from '../../../../../language/text/host-names.js';
import { looksLikeNetwork } from '../../../../../language/types/networks.js';
import { paramsInScope } from '../../../../../language/names/name-owner.js';
import { quantifierFor } from '../../../../../language/validations/text-patterns.js';
import { isWholeLiteral, termTypes } from '../../../../../language/types/terms.js';
import { onlyText, quotedRegex, regexProblem } from '../../../../../language/text/text-patterns.js';
import { literalValue, typeOf } from '../../../../../language/types/types.js';
import { insertBefore, partOf, replaceMarked, replaceNode, replaceRange } from '../../../../../language/edits/edits.js';
import type { Fix } from './fix.js';
import { obvious } from './fix.js';
import { nameText } from '../../../../model/text/typed-text.js';
const MOST = 3;

const host: Fix = {
    codes: ['GR311'],
    summary:
        'Write a host as hosts are compared: without scheme, port or path, in lower case, and with `*.` only in a list',
    propose: (problem) => {
        const literal = problem.at(ast.isStringLiteral);
        const { $container: container } = literal ?? {};
        if (!literal?.$cstNode) {
            return [];
        }
        const meant = hostIn(literal.value);
        if (ast.isComparison(container) && meant?.startsWith('*.') && container.right === literal) {
            const operator = partOf(container, 'operator')!;
            const text = `${container.operator === '!=' ? 'not in' : 'in'} ["${meant}"]`;
            return [obvious(`Write \`${text}\``, replaceRange(problem, operator.offset, literal.$cstNode.end, text))];
        }
        return meant !== undefined && meant !== literal.value
            ? [obvious(`Change to "${meant}"`, replaceNode(literal, `"${meant}"`))]
            : [];
    }
};

/** The host in a URL or a badly written host. */
function hostIn(text: string): string | undefined {
    const [, wild = '', name = ''] =
        /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/)?(?:[^@/]*@)?(\*\.)?([^/?#\\:*]+)\.?(?::\d*)?(?:[/?#\\].*)?$/s.exec(
            text.trim()
        ) ?? [];
    const meant = wild + name.toLowerCase().replace(/\.$/, '');
    return name !== '' && hostProblem(meant, true, false) === undefined ? meant : undefined;
}

const hostOfText: Fix = {
    codes: ['GR310'],
    summary: 'Apply `host of` to a text, and only once',
    propose: (problem) => {
        const inner = problem.at(ast.isHostOf);
        const around = inner?.$container;
        const outer = ast.isHostOf(around) ? around : inner;
        if (outer && ast.isHostOf(outer.of)) {
            return [obvious('Write `host of` once', replaceNode(outer, outer.of.$cstNode!.text))];
        }
        const texts = paramsInScope(problem.node, problem.inventory).filter(
            ({ type }) => typeOf(type).kind === 'string'
        );
        return [...new Set(texts.map(({ name }) => nameText(name, 'Name')))]
            .slice(0, MOST)
            .map((name) => ({ title: `Change to \`${name}\``, changes: [replaceMarked(problem, name)] }));
    }
};

/** Fixes `size of` a text, `length of` a list, `some x in` a map, and a pattern on a host. */
const otherTest: Fix = {
    codes: ['GR320'],
    summary: 'Use `length` for a text, `size` for a list, `some k, v in` for a map, and `in [ … ]` for a host',
    propose: (problem) => {
        const measured = problem.at(ast.isLengthOf);
        const unit = measured && partOf(measured, 'unit');
        if (unit) {
            const other = unit.text === 'size' ? 'length' : 'size';
            return [obvious(`Change to \`${other} of\``, replaceRange(problem, unit.offset, unit.end, other))];
        }
        const quantified = problem.at(ast.isQuantified);
        const item = quantified && partOf(quantified, 'item');
        if (item && termTypes(quantified.list, problem.inventory).some(({ kind }) => kind === 'map')) {
            return [obvious('Name the value of each entry', replaceRange(problem, item.end, item.end, ', v'))];
        }
        const test = problem.at(isHostTest);
        if (!test?.$cstNode || !ast.isHostOf(test.left)) {
            return [];
        }
        const text = ast.isStartsWith(test) ? test.prefix : ast.isContains(test) ? test.value : undefined;
        const value = text && isWholeLiteral(text) ? literalValue(text) : ast.isMatches(test) && test.pattern.glob;
        const meant = typeof value === 'string' ? hostIn(value) : undefined;
        return meant === undefined
            ? []
            : [obvious(`Write \`in ["${meant}"]\``, replaceNode(test, `${test.left.$cstNode!.text} in ["${meant}"]`))];
    }
};

type TextTest = ast.Matches | ast.StartsWith | ast.Contains;

function isHostTest(node: unknown): node is TextTest {
    return ast.isMatches(node) || ast.isStartsWith(node) || ast.isContains(node);
}

/** Removes `^` and `$`, because the whole text is matched anyway. */
const anchors: Fix = {
    codes: ['GR321'],
    summary: 'Remove the anchors and flags of a regular expression',
    propose: (problem) => {
        const pattern = problem.at(isRegex);
        const cst = pattern && partOf(pattern, 'regex');
        const [, source = '', flags = ''] = /^\/(.*)\/([A-Za-z]*)$/s.exec(cst?.text ?? '') ?? [];
        if (!cst || source === '') {
            return [];
        }
        const isBound = /^\^/.test(source) || /(?<!\\)\$$/.test(source);
        const inside = source.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
        const open = isBound && !/^\^/.test(source) ? '.*' : '';
        const close = isBound && !/(?<!\\)\$$/.test(source) ? '.*' : '';
        const text = `/${open}${inside}${close}/${flags.includes('i') ? 'i' : ''}`;
        return text !== cst.text && regexProblem(text) === undefined
            ? [obvious(`Change to \`${text}\``, replaceRange(problem, cst.offset, cst.end, text))]
            : [];
    }
};

/** Writes the regular expression that a text in quotes, or a pattern of one word, was meant to be. */
const meantPattern: Fix = {
    codes: ['GR438'],
    summary: 'Write a pattern as the regular expression that was meant',
    propose: (problem) => {
        const pattern = problem.at(ast.isPattern);
        if (pattern?.glob !== undefined) {
            const regex = quotedRegex(pattern.glob);
            return regex === undefined ? [] : [obvious(`Write \`${regex}\``, replaceNode(pattern, regex))];
        }
        const text = onlyText(pattern?.regex ?? '');
        const flag = pattern?.regex?.endsWith('i') === true ? 'i' : '';
        const test = pattern?.$container;
        if (!pattern || text === undefined) {
            return [];
        }
        const contained = `/.*${text}.*/${flag}`;
        return [
            obvious(`Write \`${contained}\``, replaceNode(pattern, contained)),
            ...(ast.isMatches(test) && flag === ''
                ? [
                      {
                          title: `Write \`${test.left.$cstNode!.text} == "${text}"\``,
                          changes: [replaceNode(test, `${test.left.$cstNode!.text} == "${text}"`)]
                      }
                  ]
                : [])
        ];
    }
};

function isRegex(node: unknown): node is ast.Pattern | ast.PrimitiveType {
    return ast.isPattern(node) || ast.isPrimitiveType(node);
}

const folder: Fix = {
    codes: ['GR326'],
    summary: 'Write a folder as an absolute path, and a network with its first address',
    propose: (problem) => {
        const within = problem.at(ast.isWithin);
        const root = problem.at(ast.isPathRoot);
        const text = ast.isStringLiteral(within?.range) ? within.range.value : root?.folder;
        const cst = within ? partOf(within, 'range') : root && partOf(root, 'folder');
        if (text === undefined || !cst) {
            return [];
        }
        const isNetwork = within && (ast.isHostOf(within.left) || looksLikeNetwork(text));
        const meant = isNetwork ? networkIn(text) : folderIn(text);
        return meant === undefined || meant === text
            ? []
            : [obvious(`Change to "${meant}"`, replaceRange(problem, cst.offset, cst.end, `"${meant}"`))];
    }
};

function folderIn(text: string): string | undefined {
    const segments = text.replace(/\\/g, '/').split('/');
    const kept: string[] = [];
    for (const segment of segments.filter((each) => each !== '' && each !== '.')) {
        if (segment === '..') {
            kept.pop();
        } else {
            kept.push(segment);
        }
    }
    return /[%~:]/.test(text) ? undefined : `/${kept.join('/')}`;
}

/** The first address of the network that the address is in. */
function networkIn(text: string): string | undefined {
    const [, address = '', length = '32'] = /^((?:\d{1,3}\.){3}\d{1,3})(?:\/(\d{1,2}))?$/.exec(text) ?? [];
    const bytes = address.split('.').map(Number);
    const bits = Number(length);
    if (address === '' || bits > 32 || bytes.some((byte) => byte > 255)) {
        return undefined;
    }
    const first = bytes.map((byte, index) => {
        const free = Math.min(8, Math.max(0, 8 * (index + 1) - bits));
        return byte - (byte % 2 ** free);
    });
    return `${first.join('.')}/${bits}`;
}

const part: Fix = {
    codes: ['GR327'],
    summary:
        'Write an extension in lower case without its dot, and apply `is private` and networks to the host of a URL',
    propose: (problem) => {
        const literal = problem.at(ast.isStringLiteral);
        if (literal?.$cstNode) {
            const meant = literal.value.toLowerCase().replace(/^.*[./]/, '');
            const comparison = literal.$container;
            const sides = ast.isComparison(comparison)
                ? [comparison.left, comparison.right]
                : ast.isMembership(comparison)
                  ? [comparison.left]
                  : [];
            const isName = sides.some((side) => ast.isPartOf(side) && side.part === 'name');
            const name = literal.value.split('/').at(-1) ?? '';
            const text = isName ? name : meant;
            return text !== '' && text !== literal.value
                ? [obvious(`Change to "${text}"`, replaceNode(literal, `"${text}"`))]
                : [];
        }
        const test = problem.at(ast.isIsPrivate) ?? problem.at(ast.isWithin);
        if (test && !ast.isHostOf(test.left) && !ast.isPartOf(test.left)) {
            return [obvious('Insert `host of`', insertBefore(test.left, 'host of '))];
        }
        const taken = problem.node.$container;
        const nested = ast.isPartOf(problem.node) || ast.isHostOf(problem.node) ? problem.node : undefined;
        return nested && ast.isPartOf(taken)
            ? [obvious(`Take the ${taken.part} of the whole text`, replaceNode(nested, nested.of.$cstNode!.text))]
            : [];
    }
};

const command: Fix = {
    codes: ['GR355'],
    summary: 'Write a command as its plain words, and a program as the first of them',
    propose: (problem) => {
        const literal = problem.at(ast.isStringLiteral);
        if (!literal?.$cstNode) {
            return [];
        }
        const comparison = literal.$container;
        const left = ast.isComparison(comparison) || ast.isMembership(comparison) ? comparison.left : undefined;
        const isProgram = ast.isPartOf(left) && left.part === 'program';
        const first = literal.value.split(/[;&|<>]/)[0]!;
        const words = (first.match(/'[^']*'|[^ ]+/g) ?? []).map((word) =>
            /^'[\w./:,+@-]+'$/.test(word) ? word.slice(1, -1) : word
        );
        const text = isProgram ? words[0] : words.join(' ');
        return text !== undefined && text !== '' && text !== literal.value
            ? [obvious(`Change to "${text}"`, replaceNode(literal, `"${text}"`))]
            : [];
    }
};

/** Replaces a pattern on a text with parts by a condition on the part, if the pattern describes one. */
const partInstead: Fix = {
    codes: ['GR430'],
    summary: 'Test a part of a URL, an address, a path or a command instead of its whole text',
    propose: (problem) => {
        const test = problem.at(isHostTest);
        const value = ast.isStartsWith(test) ? test.prefix : ast.isContains(test) ? test.value : undefined;
        const text = ast.isMatches(test)
            ? test.pattern.glob
            : value && isWholeLiteral(value) && typeof literalValue(value) === 'string'
              ? String(literalValue(value))
              : undefined;
        const left = test?.left.$cstNode?.text;
        if (!test || text === undefined || left === undefined) {
            return [];
        }
        return insteadOf(test, left, text).map((condition, index) => ({
            title: `Write \`${condition}\``,
            changes: [replaceNode(test, condition)],
            isPreferred: index === 0
        }));
    }
};

function insteadOf(test: TextTest, left: string, text: string): string[] {
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
        const meant = isStart && plain.startsWith('/') ? folderIn(plain) : undefined;
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

export const texts: readonly Fix[] = [
    host,
    hostOfText,
    otherTest,
    anchors,
    meantPattern,
    folder,
    part,
    command,
    partInstead
];
