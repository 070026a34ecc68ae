/** Makes changes that might repair a claim but have not been checked yet. */
import type { AstNode } from 'langium';
import { AstUtils } from 'langium';
import type * as ast from '../../language/generated/ast.js';

/** The offsets in the text of the policy's file. */
export interface Replacement {
    readonly from: number;
    readonly to: number;
    readonly text: string;
}

export interface Change {
    /** A description of the change in one line. */
    readonly text: string;
    readonly replacements: readonly Replacement[];
    /** The number of rules that the change touches. */
    readonly rules: number;
    /** True if rules are added, but none is changed. */
    readonly isNew: boolean;
}

/** The document that is repaired. */
export interface EditedText {
    readonly file: ast.PolicyFile;
    readonly text: string;
}

/** Adds new rules, each on its own line, after the last rule of the file. */
export function adding({ file, text }: EditedText, rules: readonly string[]): Change {
    const last = [...file.elements].reverse().find((element) => RULES.has(element.$type) && !isClaim(element));
    const end = last?.$cstNode?.end ?? file.elements.find(isClaim)?.$cstNode?.offset ?? text.length;
    const line = text.indexOf('\n', end);
    const at = last ? (line < 0 ? text.length : line) : end;
    const lines = rules.join('\n');
    return {
        text: `add: ${rules.join('; ')}`,
        replacements: [{ from: at, to: at, text: last ? `\n${lines}` : `${lines}\n\n` }],
        rules: rules.length,
        isNew: true
    };
}

const RULES: ReadonlySet<string> = new Set([
    'Allow',
    'Deny',
    'Require',
    'RequireApproval',
    'Order',
    'Limit',
    'Withhold'
]);

function isClaim(element: AstNode): boolean {
    return element.$type === 'Claim';
}

/** Replaces parts of a rule; its new text is the description. */
export function changing({ text }: EditedText, rule: AstNode, replacements: readonly Replacement[]): Change {
    const { offset, end } = rule.$cstNode!;
    const sorted = [...replacements].sort((a, b) => a.from - b.from);
    const changed = applied(text, sorted).slice(offset, end + sorted.reduce((sum, one) => sum + grownBy(one), 0));
    const line = rule.$cstNode!.range.start.line + 1;
    return {
        text: `change line ${line} to: ${changed.replace(/\s+/g, ' ').trim()}`,
        replacements: sorted,
        rules: 1,
        isNew: false
    };
}

export function applied(text: string, replacements: readonly Replacement[]): string {
    return [...replacements]
        .sort((a, b) => b.from - a.from)
        .reduce((result, { from, to, text: inserted }) => result.slice(0, from) + inserted + result.slice(to), text);
}

function grownBy({ from, to, text }: Replacement): number {
    return text.length - (to - from);
}

/** Inserts text after a part of a rule. */
export function after(node: AstNode, text: string): Replacement {
    const { end } = node.$cstNode!;
    return { from: end, to: end, text };
}

export function instead(node: AstNode, text: string): Replacement {
    return { from: node.$cstNode!.offset, to: node.$cstNode!.end, text };
}

/** Removes a statement, together with its line if nothing else is on it. */
export function without({ text }: EditedText, node: AstNode): Replacement {
    const { offset, end } = node.$cstNode!;
    const start = text.lastIndexOf('\n', offset - 1) + 1;
    const stop = text.indexOf('\n', end);
    const isAlone =
        text.slice(start, offset).trim() === '' && text.slice(end, stop < 0 ? undefined : stop).trim() === '';
    return isAlone
        ? { from: start, to: stop < 0 ? text.length : stop + 1, text: '' }
        : { from: offset, to: end, text: '' };
}

/** All nodes of a type inside a node, including the node itself. */
export function inside<Type extends AstNode>(node: AstNode, isType: (item: unknown) => item is Type): Type[] {
    return [...AstUtils.streamAst(node)].filter(isType);
}
