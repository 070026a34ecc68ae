/**
 * Calls of functions with literal arguments, as in the rules of Codex. Starlark is a language for programs; whatever is
 * computed is not read, and named.
 */
import { parser } from '@lezer/python';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

export type Literal =
    | { readonly kind: 'text'; readonly value: string; readonly start: number; readonly end: number }
    | { readonly kind: 'list'; readonly items: readonly Literal[]; readonly start: number; readonly end: number }
    | { readonly kind: 'other'; readonly start: number; readonly end: number };

export interface LiteralCall {
    readonly name: string;
    readonly start: number;
    readonly end: number;
    /** Arguments without a name, in order. */
    readonly unnamed: readonly Literal[];
    readonly named: ReadonlyMap<string, Literal>;
}

export interface StarlarkFile {
    readonly calls: readonly LiteralCall[];
    /** Statements that are not calls with literal arguments. */
    readonly computed: readonly { readonly start: number; readonly end: number }[];
    /** Where the text is no Starlark. */
    readonly errors: readonly { readonly start: number; readonly end: number }[];
}

export function readStarlark(text: string): StarlarkFile {
    const tree = parser.parse(text);
    const errors: { start: number; end: number }[] = [];
    tree.iterate({
        enter: (node) => {
            if (node.type.isError) {
                errors.push({ start: node.from, end: Math.max(node.to, node.from + 1) });
            }
        }
    });
    const calls: LiteralCall[] = [];
    const computed: { start: number; end: number }[] = [];
    for (const statement of childrenOf(tree.topNode).filter(({ name }) => name !== 'Comment')) {
        const expressions = statement.name === 'ExpressionStatement' ? childrenOf(statement) : [];
        const read = expressions.filter(({ name }) => name !== ';').map((node) => callOf(node, text));
        if (read.length === 0 || read.some((call) => call === undefined)) {
            computed.push({ start: statement.from, end: statement.to });
        } else {
            calls.push(...(read as LiteralCall[]));
        }
    }
    return { calls, computed, errors };
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
    const children: SyntaxNode[] = [];
    for (let child = node.firstChild; child; child = child.nextSibling) {
        children.push(child);
    }
    return children;
}

function callOf(node: SyntaxNode, text: string): LiteralCall | undefined {
    const [callee, args] = childrenOf(node);
    if (node.name !== 'CallExpression' || callee?.name !== 'VariableName' || args?.name !== 'ArgList') {
        return undefined;
    }
    const unnamed: Literal[] = [];
    const named = new Map<string, Literal>();
    const parts = childrenOf(args).filter(({ name }) => !['(', ')', ',', 'Comment'].includes(name));
    for (let index = 0; index < parts.length; index++) {
        const isNamed = parts[index + 1]?.name === 'AssignOp';
        const value = parts[isNamed ? index + 2 : index];
        const literal = value && literalOf(value, text);
        if (!literal) {
            return undefined;
        }
        if (isNamed) {
            named.set(text.slice(parts[index]!.from, parts[index]!.to), literal);
            index += 2;
        } else {
            unnamed.push(literal);
        }
    }
    return { name: text.slice(callee.from, callee.to), start: node.from, end: node.to, unnamed, named };
}

function literalOf(node: SyntaxNode, text: string): Literal | undefined {
    const place = { start: node.from, end: node.to };
    switch (node.name) {
        case 'String': {
            const value = textOf(text.slice(node.from, node.to));
            return value === undefined ? undefined : { kind: 'text', value, ...place };
        }
        case 'ContinuedString': {
            // Strings beside each other are one string in Python; Starlark refuses them.
            return undefined;
        }
        case 'ArrayExpression': {
            const items = childrenOf(node)
                .filter(({ name }) => !['[', ']', ',', 'Comment'].includes(name))
                .map((item) => literalOf(item, text));
            return items.includes(undefined) ? undefined : { kind: 'list', items: items as Literal[], ...place };
        }
        case 'Number':
        case 'Boolean':
        case 'None':
            return { kind: 'other', ...place };
        default:
            return undefined;
    }
}

const ESCAPES: { readonly [letter: string]: string } = {
    '\n': '',
    '\\': '\\',
    "'": "'",
    '"': '"',
    a: '\u0007',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v'
};

/** The text of a string literal; undefined for one with a prefix or an escape that Starlark does not have. */
function textOf(source: string): string | undefined {
    const [, prefix, quote] = /^([a-zA-Z]*)("""|'''|"|')/.exec(source) ?? [];
    if (quote === undefined || !source.endsWith(quote) || !(prefix === '' || prefix === 'r')) {
        return undefined;
    }
    const inner = source.slice(prefix.length + quote.length, -quote.length);
    if (prefix === 'r') {
        return inner;
    }
    let isKnown = true;
    const value = inner.replace(
        /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([^]))/g,
        (all, x: string, u: string, wide: string, octal: string, letter: string) => {
            const hex = x ?? u ?? wide;
            const code = hex === undefined ? parseInt(octal ?? 'x', 8) : parseInt(hex, 16);
            if (!Number.isNaN(code) && code <= 0x10ffff) {
                return String.fromCodePoint(code);
            }
            isKnown &&= Object.hasOwn(ESCAPES, letter);
            return ESCAPES[letter] ?? all;
        }
    );
    return isKnown ? value : undefined;
}
