import { type AstNode, GrammarAST, type LangiumDocument } from 'langium';
import type { SignatureHelpProvider } from 'langium/lsp';
import type { SignatureHelp, SignatureHelpOptions, SignatureHelpParams } from 'vscode-languageserver';
import * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { selectedTools } from '../../../../language/names/selectors.js';
import { unquoteName } from '../../../../language/parser/values.js';
import { cursorContext } from '../completion/cursor.js';
import { ExpectationFinder } from '../completion/expected.js';
import { statementAt, type StatementContext } from '../completion/statement.js';
import type { LanguageServices } from '../../services.js';
import { argumentName, type OpenCall, openCall } from './open-call.js';
import {
    BUILT_IN,
    definitionSignature,
    eventSignature,
    packSignature,
    resultSignature,
    signalSignature,
    type Signature,
    toolSignature,
    toolsParamSignature
} from './signatures.js';

/** The maximum number of signatures for a pattern that selects many tools. */
const MAX_TOOLS = 20;

/** Shows the parameters of the parenthesis at the cursor, and marks the parameter at the cursor. */
export class GuardrailSignatureHelpProvider implements SignatureHelpProvider {
    readonly signatureHelpOptions: SignatureHelpOptions = {
        triggerCharacters: ['(', ','],
        retriggerCharacters: [':', ' ', ')']
    };
    private readonly expectations: ExpectationFinder;
    private readonly doc: (node: AstNode) => string | undefined;

    constructor(private readonly services: LanguageServices) {
        this.expectations = new ExpectationFinder(services.Grammar);
        this.doc = (node) => services.documentation.DocumentationProvider.getDocumentation(node);
    }

    provideSignatureHelp(document: LangiumDocument, params: SignatureHelpParams): SignatureHelp | undefined {
        const text = document.textDocument.getText();
        const offset = document.textDocument.offsetAt(params.position);
        if (cursorContext(text, offset).kind === 'comment') {
            return undefined;
        }
        const statement = statementAt(text, offset, this.services.parser.Lexer);
        const call = openCall(statement.tokens);
        const signatures = call ? this.signatures(call, statement, document, offset) : [];
        if (!call || signatures.length === 0) {
            return undefined;
        }
        const active = bestOf(signatures, call, params);
        const activeParameter = activeIn(signatures[active]!, call);
        return {
            signatures: signatures.map(({ information }, index) => {
                const parameter = index === active ? activeParameter : activeIn(signatures[index]!, call);
                return { ...information, ...(parameter !== undefined && { activeParameter: parameter }) };
            }),
            activeSignature: active,
            ...(activeParameter !== undefined && { activeParameter })
        };
    }

    private signatures(
        call: OpenCall,
        statement: StatementContext,
        document: LangiumDocument,
        offset: number
    ): readonly Signature[] {
        const builtIn = BUILT_IN[call.name];
        if (builtIn) {
            return builtIn;
        }
        const inventory = this.services.inventory.of(document);
        if (call.name === 'returns') {
            const tool = inventory.toolsByName.get(toolOfStep(call));
            return tool ? [resultSignature(tool, this.doc)] : [];
        }
        const length = statement.read.length - statement.tokens.length + call.before.length;
        const expected = this.expectations.after(statement.read.slice(0, length));
        const types = new Set(expected.filter(GrammarAST.isCrossReference).map((reference) => reference.type.$refText));
        const has = (...names: string[]): boolean => names.some((name) => types.has(name));
        const local = packAround(document, offset);
        const named = [...(local?.params ?? []), ...(local?.elements ?? []), ...inventory.elements].filter(
            (node) => (node as { name?: string }).name === call.name
        );
        const tool = inventory.toolsByName.get(call.name);
        return [
            ...(has(ast.Pack.$type) ? named.filter(ast.isPack).map((pack) => packSignature(pack, this.doc)) : []),
            ...(has(ast.Referable.$type)
                ? [
                      ...named.filter(ast.isDefinition).map((each) => definitionSignature(each, this.doc)),
                      ...named.filter(ast.isSignal).map((each) => signalSignature(each, this.doc))
                  ]
                : []),
            ...(has(ast.Signal.$type) ? named.filter(ast.isSignal).map((each) => signalSignature(each, this.doc)) : []),
            ...(tool && has(ast.Tool.$type, ast.ToolOrGroup.$type) ? [toolSignature(tool, this.doc)] : []),
            ...(has(ast.ToolOrGroup.$type) ? this.selected(named, inventory) : []),
            ...(has(ast.OutsideEvent.$type, ast.ToolOrGroup.$type)
                ? named.filter(ast.isOutsideEvent).map((event) => eventSignature(event, this.doc))
                : [])
        ].filter(({ names }) => names.length > 0);
    }

    /** The selected elements; for a group, each of its tools. */
    private selected(named: readonly AstNode[], inventory: Inventory): Signature[] {
        const tools = named
            .filter((node): node is ast.Group => ast.isGroup(node) && !ast.isToolsParam(node))
            .flatMap(({ members }) => members.flatMap((member) => [...selectedTools(member, inventory).keys()]));
        return [
            ...named.filter(ast.isToolsParam).map((param) => toolsParamSignature(param, this.doc)),
            ...tools.slice(0, MAX_TOOLS).map((tool) => toolSignature(tool, this.doc))
        ];
    }
}

/**
 * The tool whose result a step of a scenario gives, as in `bot calls mail.read(…) returns (` or `mail.read returns (`.
 */
function toolOfStep({ before }: OpenCall): string {
    const words = before.map(({ image }) => image);
    const calls = words.lastIndexOf('calls');
    if (calls >= 0 && !words.includes('->', calls)) {
        return words
            .slice(calls + 1, words.indexOf('(', calls))
            .map(unquoteName)
            .join('');
    }
    let start = words.length - 1;
    while (words[start - 1] === '.') {
        start -= 2;
    }
    return words.slice(Math.max(start, 0)).map(unquoteName).join('');
}

function packAround(document: LangiumDocument, offset: number): ast.Pack | undefined {
    const root: AstNode = document.parseResult.value;
    return ast.isPolicyFile(root)
        ? root.elements
              .filter(ast.isPack)
              .filter(({ $cstNode: cst }) => cst !== undefined && cst.offset < offset)
              .at(-1)
        : undefined;
}

/** The signature that the author chose before, or else the first that has all given names. */
function bestOf(signatures: readonly Signature[], call: OpenCall, { context }: SignatureHelpParams): number {
    const before = context?.isRetrigger ? context.activeSignatureHelp : undefined;
    const chosen = before?.signatures[before.activeSignature ?? 0]?.label;
    const kept = signatures.findIndex(({ information }) => information.label === chosen);
    const given = namesGiven(call);
    const fitting = signatures.findIndex(({ names }) => given.every((name) => names.includes(name)));
    return kept >= 0 ? kept : Math.max(fitting, 0);
}

function namesGiven(call: OpenCall): string[] {
    if (call.name in BUILT_IN) {
        return call.args.flat().flatMap(({ image }) => (image === 'distinct' ? [image] : []));
    }
    return call.args.flatMap((argument) => argumentName(argument) ?? []);
}

/** The index of the parameter at the cursor; undefined if it does not belong to the signature. */
function activeIn({ names, positional }: Signature, { name, args }: OpenCall): number | undefined {
    if (name in BUILT_IN) {
        const written = args.flat().map(({ image }) => image);
        const last = Math.max(...names.map((word, index) => (word === '' || written.includes(word) ? index : -1)));
        return last >= 0 ? last : 0;
    }
    const current = args.at(-1)!;
    const own = argumentName(current);
    if (own !== undefined) {
        const index = names.indexOf(own);
        return index >= 0 ? index : undefined;
    }
    if (positional) {
        return args.length - 1 < names.length ? args.length - 1 : undefined;
    }
    // An argument that has no name yet counts as not given; an event's argument is only a name.
    const given = new Set(
        args.slice(0, -1).map((argument) => argumentName(argument) ?? unquoteName(argument[0]?.image ?? ''))
    );
    const written = names.indexOf(unquoteName(current[0]?.image ?? ''));
    const next = names.findIndex((each) => !given.has(each));
    return written >= 0 ? written : next >= 0 ? next : undefined;
}
