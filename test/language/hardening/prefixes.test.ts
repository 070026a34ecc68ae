/** Tests that for any typed prefix of a policy, the earlier parts remain and the continuation is offered. */
import type { AstNode, LangiumDocument } from 'langium';
import { AstUtils, CstUtils, GrammarAST, isLeafCstNode, isReference } from 'langium';
import { describe, expect, test } from 'vitest';
import type { CompletionItem, DocumentSymbol } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import { Budget, isFuzzing, seed, shuffled, timeout } from './budget.js';
import { randoms } from '../../support/random.js';
import type { PolicyText } from './corpus.js';
import { policies, startEditor } from './corpus.js';

const editor = await startEditor();
const random = randoms(seed);
/** The parser's report about a truncated text: where it ends, and where the parser continued. */
const MOST_ERRORS = 6;

interface Cut {
    readonly policy: PolicyText;
    readonly at: number;
}

/** Every character of small files; in all others, the start and end of every token, and as many random places. */
const cuts: readonly Cut[] = policies.flatMap((policy) => {
    const length = policy.text.length + 1;
    const all = Array.from({ length }, (_, at) => at);
    const few = [...boundaries(policy.text), ...shuffled(all, random).slice(0, length / 6)];
    return (isFuzzing || length < 700 ? all : few).map((at) => ({ policy, at }));
});

describe(`a truncated policy (seed ${seed})`, () => {
    test('keeps its declarations', { timeout: timeout(0.25) }, () => {
        const wholes = new Map(policies.map((policy) => [policy, outline(editor.parse(policy.text))]));
        const budget = new Budget(100, 0.25);
        const lost: string[] = [];
        for (const { policy, at } of shuffled(cuts, random)) {
            if (!budget.more()) {
                break;
            }
            const document = editor.parse(policy.text.slice(0, at));
            const part = new Set(outline(document).map(({ key }) => key));
            const missing = wholes.get(policy)!.filter(({ end, key }) => end <= at && !part.has(key));
            if (missing.length > 0) {
                lost.push(`${shown({ policy, at })} loses ${missing.map(({ key }) => key).join(', ')}`);
            }
            const { lexerErrors, parserErrors } = document.parseResult;
            if (lexerErrors.length + parserErrors.length > MOST_ERRORS) {
                lost.push(`${shown({ policy, at })} has ${lexerErrors.length + parserErrors.length} errors`);
            }
        }
        expect(lost.slice(0, 20)).toEqual([]);
    });

    test('is completed, first of all by what follows', { timeout: timeout(0.25) }, async () => {
        const next = new Map<PolicyText, Map<number, string>>();
        for (const policy of policies) {
            next.set(policy, await followers(policy));
        }
        const budget = new Budget(30, 0.25);
        const missing: string[] = [];
        const starts = policies.flatMap((policy) => [...next.get(policy)!.keys()].map((at) => ({ policy, at })));
        for (const cut of shuffled(isFuzzing ? cuts : [...starts, ...shuffled(cuts, random).slice(0, 3000)], random)) {
            if (!budget.more()) {
                break;
            }
            const word = next.get(cut.policy)!.get(cut.at);
            const labels = await complete(cut).then(
                (items) => items.map(({ label, textEdit }) => `${textEdit?.newText ?? label} ${label}`),
                (error: unknown) => [`throws ${String(error)}`]
            );
            if (labels[0]?.startsWith('throws') || (word && !labels.some((label) => label.includes(word)))) {
                missing.push(`${shown(cut)}${word ?? ''} is offered ${labels.slice(0, 5).join(', ')}`);
            }
        }
        expect(missing.slice(0, 20)).toEqual([]);
    });
});

async function complete({ policy, at }: Cut): Promise<readonly CompletionItem[]> {
    // The file is next to the policy, for its imports, and not in its place, because others may import the policy.
    const path = policy.path.replace(/[^/]*$/, 'cut.guardrail');
    const document = await editor.open(path, policy.text.slice(0, at));
    const params = {
        textDocument: { uri: document.uri.toString() },
        position: document.textDocument.positionAt(at)
    };
    const list = await editor.server.guardrail.lsp.CompletionProvider!.getCompletion(document, params);
    return list?.items ?? [];
}

interface Declaration {
    /** The kind and name of the element, after those of the enclosing elements. */
    readonly key: string;
    readonly end: number;
}

function outline(document: LangiumDocument): Declaration[] {
    const { lsp } = editor.server.guardrail;
    const params = { textDocument: { uri: document.uri.toString() } };
    const symbols = lsp.DocumentSymbolProvider!.getSymbols(document, params) as DocumentSymbol[];
    const visit = (symbol: DocumentSymbol, path: string): Declaration[] => {
        const key = `${path}${symbol.kind} ${symbol.name}`;
        const end = document.textDocument.offsetAt(symbol.range.end);
        return [{ key, end }, ...(symbol.children ?? []).flatMap((child) => visit(child, `${path}${symbol.name}/`))];
    };
    return symbols.flatMap((symbol) => visit(symbol, ''));
}

function boundaries(text: string): number[] {
    const { tokens } = editor.server.guardrail.parser.Lexer.tokenize(text);
    return tokens.flatMap(({ startOffset, image }) => [startOffset, startOffset + image.length]);
}

/** The words of the language and the names declared before them, by their start. */
async function followers(policy: PolicyText): Promise<Map<number, string>> {
    const document = await editor.open(policy.path.replace(/[^/]*$/, 'whole.guardrail'), policy.text);
    const words = CstUtils.streamCst(document.parseResult.value.$cstNode!)
        .filter(isLeafCstNode)
        .filter(({ grammarSource: source }) => GrammarAST.isKeyword(source) && /^[a-z]/.test(source.value))
        .filter((leaf) => CstUtils.getDatatypeNode(leaf) === undefined)
        .map(({ offset, text }): [number, string] => [offset, text]);
    const names = document.references.filter(isReference).flatMap(({ ref, $refNode }): [number, string][] => {
        if (!ref || !$refNode || isKnownByWhatFollows($refNode.astNode)) {
            return [];
        }
        const isKnown = AstUtils.getDocument(ref) !== document || ref.$cstNode!.end < $refNode.offset;
        return isKnown ? [[$refNode.offset, $refNode.text.split(/[.\s]/)[0]!]] : [];
    });
    return new Map([...words, ...names]);
}

/**
 * What can be imported depends on the path, and whose parameters can be named depends on the end of `require C for
 * TOOLS`.
 */
function isKnownByWhatFollows(node: AstNode): boolean {
    return ast.isImportedName(node) || AstUtils.getContainerOfType(node, ast.isRequire) !== undefined;
}

function shown({ policy, at }: Cut): string {
    return `${policy.path}:${at} ${JSON.stringify(policy.text.slice(Math.max(0, at - 60), at))}|`;
}
