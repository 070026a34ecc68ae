/**
 * The layout of a policy: the syntax tree becomes a document of Prettier's algebra, which breaks lines that are too
 * long. Only white space is chosen here; every token and every comment stays as it is and in its order.
 *
 * A line that the author broke before a clause, after an opening bracket or in a chain of conditions stays broken.
 */
import { type CompositeCstNode, type CstNode, isCompositeCstNode, isLeafCstNode, type LeafCstNode } from 'langium';
import { builders } from 'prettier/doc';
import * as ast from '../generated/ast.js';
import { clausesOf, isWord } from './clauses.js';
import { type Doc, Gaps } from './gaps.js';
import { firstLeaf, lastLeaf, type Leaves, visible } from './leaves.js';

const { group, hardline, ifBreak, indent, line, literalline, join, softline } = builders;

/** The space between two statements on one line. */
const APART = '   ';

const CLOSING: { readonly [open: string]: string } = { '(': ')', '[': ']', '{': '}' };

export class Layout {
    private readonly gaps: Gaps;

    constructor(private readonly leaves: Leaves) {
        this.gaps = new Gaps(leaves);
    }

    /** Lays out the whole file. If `asWritten` returns true for a statement, nothing changes up to the next one. */
    file(statements: readonly CompositeCstNode[], asWritten: (statement: CompositeCstNode) => boolean): Doc {
        const { leaves } = this;
        const start = statements[0] ? startOf(statements[0]).offset : leaves.end;
        const doc: Doc[] = [leaves.isGap(0, start) ? this.gaps.leading(start) : this.asWritten(0, start)];
        statements.forEach((statement, index) => {
            const next = statements[index + 1];
            const nextStart = next ? startOf(next).offset : leaves.end;
            doc.push(
                asWritten(statement)
                    ? this.asWritten(startOf(statement).offset, nextStart)
                    : [this.node(statement), this.gaps.between(startOf(statement), endOf(statement), nextStart)]
            );
        });
        return doc;
    }

    private asWritten(start: number, end: number): Doc {
        return join(literalline, this.leaves.slice(start, end).split(/\r\n|\r|\n/));
    }

    private node(node: CstNode): Doc {
        if (isLeafCstNode(node)) {
            return node.text;
        }
        const parts = isCompositeCstNode(node) ? visible(node) : [];
        const owner = node.astNode;
        if (parts.length === 1) {
            return this.node(parts[0]!);
        }
        if (ast.isAnnotation(parts[0]?.astNode) && !ast.isAnnotation(owner)) {
            return this.lines(parts);
        }
        if (isChain(node)) {
            return this.chain(node);
        }
        if (ast.isScenario(owner)) {
            const steps = parts.findIndex(({ astNode }) => ast.isStep(astNode));
            return steps < 0 ? this.sequence(parts) : this.scenario(parts.slice(0, steps), parts.slice(steps));
        }
        const open = hasBlock(owner) ? parts.findIndex((part) => isWord(part, '{')) : -1;
        return open < 0
            ? this.clauses(clausesOf(owner, parts))
            : [
                  this.sequence(parts.slice(0, open)),
                  this.gaps.within(endOf(parts[open - 1]!), startOf(parts[open]!), ' '),
                  this.block(parts[open]!, parts.slice(open + 1, -1), parts.at(-1)!)
              ];
    }

    /** Lays out annotations and their statement, on separate lines if the author put them there. */
    private lines(parts: readonly CstNode[]): Doc {
        return parts.map((part, index) => {
            const previous = parts[index - 1];
            return [
                previous ? this.glue(previous, part, this.isBroken(previous, part) ? hardline : ' ') : '',
                this.node(part)
            ];
        });
    }

    /** Lays out clauses: each begins a line if the author broke the line there, or if it does not fit. */
    private clauses(clauses: readonly (readonly CstNode[])[]): Doc {
        return clauses.map((clause, index) => {
            const previous = clauses[index - 1]?.at(-1);
            const doc = this.sequence(clause);
            return previous ? this.continued(previous, clause[0]!, doc, this.isBroken(previous, clause[0]!)) : doc;
        });
    }

    private continued(previous: CstNode, next: CstNode, doc: Doc, isBroken = false): Doc {
        return group(indent([this.glue(previous, next, isBroken ? hardline : line), doc]));
    }

    /** Lays out nodes on one line, which is broken only in lists and brackets. */
    private sequence(nodes: readonly CstNode[]): Doc {
        const doc: Doc[] = [];
        for (let index = 0; index < nodes.length;) {
            const node = nodes[index]!;
            const previous = nodes[index - 1];
            const listed = previous !== undefined && (isWord(previous, ',') || isWord(node, '|'));
            const end = listed ? itemEnd(nodes, index) : (closingIndex(nodes, index) ?? index) + 1;
            const part = nodes.slice(index, end);
            if (listed) {
                doc.push(this.continued(previous, node, this.sequence(part)));
            } else {
                const gap = previous && hasSpace(endOf(previous), startOf(node)) ? ' ' : '';
                doc.push(previous ? this.glue(previous, node, gap) : '');
                doc.push(part.length > 1 || isBracket(node) ? this.brackets(part) : this.node(node));
            }
            index = end;
        }
        return doc;
    }

    /**
     * Lays out `(a, b)`: on one line if it fits and the author did not break the line after the bracket; otherwise with
     * one line for each item.
     */
    private brackets(nodes: readonly CstNode[]): Doc {
        const [open, close] = [nodes[0]!, nodes.at(-1)!];
        const inside = nodes.slice(1, -1);
        const edge = isWord(open, '{') ? line : softline;
        const [first, last] = [inside[0], inside.at(-1)];
        if (!first || !last) {
            return [this.node(open), this.closing(open, close, ''), this.node(close)];
        }
        const isBroken = this.isBroken(open, first) || isWord(last, ',');
        const items: Doc[] = [];
        for (let start = 0; start < inside.length;) {
            const comma = inside.findIndex((node, index) => index >= start && isWord(node, ','));
            const end = comma < 0 ? inside.length : comma + 1;
            const item = inside.slice(start, end);
            const previous = inside[start - 1];
            items.push(previous ? this.gaps.inList(endOf(previous), startOf(item[0]!), line) : '', this.sequence(item));
            start = end;
        }
        return group(
            [
                this.node(open),
                indent([this.glue(open, first, edge), items]),
                this.closing(last, close, edge),
                this.node(close)
            ],
            { shouldBreak: isBroken }
        );
    }

    /** Lays out `{ … }` with statements: on one line if the author wrote it so and it fits. */
    private block(open: CstNode, parts: readonly CstNode[], close: CstNode): Doc {
        const statements = statementsIn(parts);
        const [first, last] = [parts[0], parts.at(-1)];
        if (!first || !last) {
            return [this.node(open), this.closing(open, close, ' '), this.node(close)];
        }
        const starts = [...statements.map(([start]) => start!), close];
        const ends = [open, ...statements.map((statement) => statement.at(-1)!)];
        if (starts.some((start, index) => this.isBroken(ends[index]!, start))) {
            return [
                this.node(open),
                indent([this.gaps.opening(endOf(open), startOf(first)), this.statements(statements)]),
                this.closing(last, close, hardline),
                this.node(close)
            ];
        }
        const items = statements.map((statement, index) => [
            index === 0
                ? this.gaps.opened(endOf(open), startOf(first), line)
                : this.glue(ends[index]!, starts[index]!, ifBreak(line, APART)),
            this.sequence(statement)
        ]);
        return group([this.node(open), indent(items), this.closing(last, close, line), this.node(close)]);
    }

    private scenario(head: readonly CstNode[], steps: readonly CstNode[]): Doc {
        return [
            this.sequence(head),
            indent([
                this.gaps.opening(endOf(head.at(-1)!), startOf(steps[0]!)),
                this.statements(steps.map((step) => [step]))
            ])
        ];
    }

    /** Lays out statements on separate lines. */
    private statements(statements: readonly (readonly CstNode[])[]): Doc {
        return statements.map((statement, index) => {
            const next = statements[index + 1]?.[0];
            const [start, end] = [startOf(statement[0]!), endOf(statement.at(-1)!)];
            return [this.sequence(statement), next ? this.gaps.between(start, end, startOf(next).offset) : ''];
        });
    }

    /** Lays out `a and b and c`: on one line, or with one line for each part. */
    private chain(node: CompositeCstNode): Doc {
        const operator = (node.astNode as ast.BinaryCondition).operator;
        const parts = linksOf(node, operator);
        const isBroken = parts.some((part, index) => index > 0 && this.isBroken(parts[index - 1]!, part));
        const doc = parts.map((part, index) => {
            const previous = parts[index - 1];
            if (!previous) {
                return this.node(part);
            }
            return indent([this.glue(previous, part, isWord(part, operator) ? line : ' '), this.node(part)]);
        });
        return group(doc, { shouldBreak: isBroken });
    }

    private glue(previous: CstNode, next: CstNode, gap: Doc): Doc {
        return this.gaps.within(endOf(previous), startOf(next), gap);
    }

    private closing(previous: CstNode, close: CstNode, gap: Doc): Doc {
        return this.gaps.closing(endOf(previous), startOf(close), gap);
    }

    /** True if the author broke the line between two nodes. */
    private isBroken(previous: CstNode, next: CstNode): boolean {
        return this.leaves.linesBetween(endOf(previous).end, startOf(next).offset) > 0;
    }
}

function hasBlock(node: unknown): boolean {
    return ast.isServer(node) || ast.isModes(node) || ast.isMode(node) || ast.isPack(node);
}

/** The parts of a block, grouped by statement: `from any on …` has three. */
function statementsIn(parts: readonly CstNode[]): CstNode[][] {
    const statements: CstNode[][] = [];
    for (const part of parts) {
        const last = statements.at(-1);
        if (last && isLeafCstNode(last.at(-1)!)) {
            last.push(part);
        } else {
            statements.push([part]);
        }
    }
    return statements;
}

function isChain(node: CstNode): node is CompositeCstNode {
    return (
        isCompositeCstNode(node) &&
        ast.isBinaryCondition(node.astNode) &&
        node.content.some((part) => isWord(part, (node.astNode as ast.BinaryCondition).operator))
    );
}

/** The operands of a chain, with the operators between them. */
function linksOf(node: CstNode, operator: string): CstNode[] {
    if (isCompositeCstNode(node)) {
        const parts = visible(node);
        if (parts.length === 1) {
            return linksOf(parts[0]!, operator);
        }
        if (isChain(node) && parts.some((part) => isWord(part, operator))) {
            return parts.flatMap((part) => linksOf(part, operator));
        }
    }
    return [node];
}

function isBracket(node: CstNode): boolean {
    return ['(', '[', '{'].some((bracket) => isWord(node, bracket));
}

/** The index of the bracket that closes the one at the index, among its siblings. */
function closingIndex(nodes: readonly CstNode[], index: number): number | undefined {
    const node = nodes[index]!;
    if (!isBracket(node)) {
        return undefined;
    }
    const close = nodes.findIndex((other, at) => at > index && isWord(other, CLOSING[node.text]!));
    return close < 0 ? undefined : close;
}

/** The end of the part that follows a comma: at the next comma. */
function itemEnd(nodes: readonly CstNode[], index: number): number {
    let end = index + 1;
    while (end < nodes.length && !isWord(nodes[end - 1], ',') && !isWord(nodes[end], '|')) {
        end = (closingIndex(nodes, end) ?? end) + 1;
    }
    return end;
}

function startOf(node: CstNode): LeafCstNode {
    return firstLeaf(node)!;
}

function endOf(node: CstNode): LeafCstNode {
    return lastLeaf(node)!;
}

/** Decides which tokens on one line have a space between them. */
const CLOSES: ReadonlySet<string> = new Set([',', ')', ']', ':', '.', '?']);
const OPENS: ReadonlySet<string> = new Set(['(', '[', '.', '@']);

/** The words after which a parenthesis does not belong to a call. */
const BEFORE_A_LIST: ReadonlySet<string> = new Set(['returns', 'except']);

function hasSpace(left: LeafCstNode, right: LeafCstNode): boolean {
    if (CLOSES.has(right.text) || OPENS.has(left.text)) {
        return false;
    }
    if ([left, right].some((leaf) => '<>'.includes(leaf.text) && ast.isMapType(leaf.astNode))) {
        return right.text !== '>' && right.text !== '<' && left.text !== '<';
    }
    switch (right.text) {
        case '(':
            return isFirst(right) || BEFORE_A_LIST.has(left.text);
        case '[':
            return !ast.isListType(right.astNode);
        case '..':
            // There is a space in `f(x: 1, ..)`, but not in `1..3`.
            return left.text === ',';
        default:
            return left.text !== '..';
    }
}

/** True if the token starts the node that it belongs to, as in `(a or b)` but not in `f(a)`. */
function isFirst(leaf: LeafCstNode): boolean {
    return leaf.container?.content.find(({ hidden }) => !hidden) === leaf;
}
