import type {
    AstNode,
    DiagnosticInfo,
    LangiumDocument,
    LangiumDocuments,
    ParseResult,
    ValidationCheck,
    ValidationOptions
} from 'langium';
import { AstUtils, Cancellation, DefaultDocumentValidator, interruptAndCheck } from 'langium';
import type { IRecognitionException, IToken } from 'chevrotain';
import type { Diagnostic } from 'vscode-languageserver-types';
import { hasResult } from './results.js';
import type { BareName } from './bad-names.js';
import { bareNames } from './bad-names.js';
import { BrokenStatements, errorOffset } from '../parser/broken-statements.js';
import { configurationsOf } from '../configuration/configurations.js';
import { nodesIn } from '../text/contents.js';
import * as ast from '../generated/ast.js';
import { packageProblem, resolveImport, visibleDocuments } from '../files/imports.js';
import { keptDiagnostics } from './kept-diagnostics.js';
import { STD_URI } from '../library/std.js';
import { unresolvedIn } from '../linking/linker.js';
import { obvious, withFixes } from '../edits/edit.js';
import { replaceMarked } from '../edits/edits.js';
import { explained } from '../mistakes/explain.js';
import { syntaxFixes } from '../mistakes/syntax.js';
import type { GuardrailServices } from '../names/inventory.js';
import { isValue } from '../packs/arguments.js';
import { isWhole } from './rule.js';
import { fixesOfUnknown } from './unknown-names/index.js';
import { unknownName } from './unknown-names/unknown-name.js';
import { nameWithOtherCharacters, withSuggestion } from '../parser/messages.js';
import { nameOwner } from '../names/name-owner.js';
import type { CodedError } from '../parser/tokens.js';
import { isUnclosed } from '../parser/tokens.js';

const reflection = new ast.GuardrailAstReflection();

/**
 * The maximum number of messages about characters without a meaning, and about syntax errors: a file with more of them
 * is not a policy.
 */
const MAX_REPORTED = 100;

/**
 * The maximum number of messages placed at parts of one node. Each one searches the node, so a long list would take
 * quadratic time.
 */
const MAX_PLACED = 100;

/** Gives Langium's own diagnostics the codes and words of the language. */
export class GuardrailDocumentValidator extends DefaultDocumentValidator {
    /** The number of messages placed at a part of the node. */
    private placed = new WeakMap<AstNode, number>();
    private readonly documents: () => LangiumDocuments;

    constructor(private readonly services: GuardrailServices) {
        super(services);
        this.documents = () => services.shared.workspace.LangiumDocuments;
    }

    /** Reports a declared name without its backquotes once, instead of every error that follows from it. */
    override async validateDocument(
        document: LangiumDocument,
        options: ValidationOptions = {},
        cancelToken?: Cancellation.CancellationToken
    ): Promise<Diagnostic[]> {
        this.placed = new WeakMap();
        const all = await super.validateDocument(document, options, cancelToken);
        if (document.uri.toString() !== STD_URI) {
            // The code that shows the diagnostics needs the severities without waiting for them.
            await configurationsOf(this.services.shared.workspace.FileSystemProvider).severitiesOf(document.uri);
        }
        if (!all.some(isError)) {
            return all;
        }
        const diagnostics = explained(document, all, this.services);
        const { textDocument } = document;
        const text = textDocument.getText();
        const bare = bareNames(document, visibleDocuments(document, this.documents()));
        // An error may be anywhere on the line, or on the next one if the name is the last of its own line.
        const nameOf = ({ range: { start } }: Diagnostic): BareName | undefined => {
            const offset = textDocument.offsetAt(start);
            return bare.find(
                ({ range, end }) =>
                    range.start.line === start.line || (end <= offset && text.slice(end, offset).trim() === '')
            );
        };
        const found = new Set<BareName>();
        const others = diagnostics.filter((diagnostic) => {
            const name = isError(diagnostic) ? nameOf(diagnostic) : undefined;
            if (name) {
                found.add(name);
            }
            return name === undefined;
        });
        return [
            ...[...found].map(({ name, range }): Diagnostic => ({
                severity: 1,
                code: 'GR102',
                ...needsBackquotes(name),
                range,
                source: this.getSource() ?? ''
            })),
            ...others
        ];
    }

    protected override processLexingErrors(
        parseResult: ParseResult,
        diagnostics: Diagnostic[],
        options: ValidationOptions
    ): void {
        const text = parseResult.value.$cstNode?.root.fullText ?? '';
        const from = diagnostics.length;
        const lexerErrors: CodedError[] = parseResult.lexerErrors.slice(0, MAX_REPORTED);
        super.processLexingErrors({ ...parseResult, lexerErrors }, diagnostics, options);
        for (const [index, diagnostic] of diagnostics.slice(from).entries()) {
            diagnostic.code = lexerErrors[index]?.code ?? 'GR101';
            Object.assign(diagnostic, diagnostic.code === 'GR101' && withFixes(syntaxFixes));
            const offset = /^unexpected character: .* at offset: (\d+)/s.exec(messageOf(diagnostic))?.[1];
            if (offset !== undefined) {
                // The lexer reports half of a character that takes two UTF-16 units.
                const character = String.fromCodePoint(text.codePointAt(Number(offset))!);
                diagnostic.message = `The character ${JSON.stringify(character)} has no meaning here.`;
                nameInstead(diagnostic, text, Number(offset), true);
            }
        }
    }

    protected override processParsingErrors(
        parseResult: ParseResult,
        diagnostics: Diagnostic[],
        options: ValidationOptions
    ): void {
        const text = parseResult.value.$cstNode?.root.fullText ?? '';
        // The parser reports a place again when it tries to continue from there; the first message is more precise.
        const places = new Set<string>();
        // If a text has lost its end, the tokens that should follow are inside it.
        const isReported = (error: IRecognitionException): boolean =>
            followsUnclosed(error) || isInBadName(text, errorOffset(error), parseResult);
        let names: ReadonlySet<string> | undefined;
        const isDeclared = (name: string): boolean => (names ??= this.namesIn(parseResult.value)).has(name);
        for (const error of parseResult.parserErrors.filter((other) => !isReported(other))) {
            if (places.size === MAX_REPORTED) {
                break;
            }
            const found: Diagnostic[] = [];
            super.processParsingErrors({ ...parseResult, parserErrors: [error] }, found, options);
            for (const diagnostic of found) {
                const place = JSON.stringify(diagnostic.range.start);
                if (!places.has(place)) {
                    places.add(place);
                    const message = withSuggestion(messageOf(diagnostic), text, errorOffset(error), isDeclared);
                    const named = { ...diagnostic, code: 'GR102', message, ...withFixes(syntaxFixes) };
                    nameInstead(named, text, errorOffset(error), false);
                    diagnostics.push(named);
                }
            }
        }
    }

    /** The names that the file declares or sees, and those of their tools and parameters. */
    private namesIn(file: AstNode): ReadonlySet<string> {
        const { elements } = this.services.inventory.of(AstUtils.getDocument(file));
        const nodes = [file, ...elements].flatMap((node) => AstUtils.streamAst(node).toArray());
        return new Set(nodes.flatMap((node) => ('name' in node && typeof node.name === 'string' ? [node.name] : [])));
    }

    /**
     * In a statement with a syntax error, names are not reported: the error is sufficient, and the names may be
     * guesses.
     */
    protected override processLinkingErrors(
        document: LangiumDocument,
        diagnostics: Diagnostic[],
        _options: ValidationOptions
    ): void {
        const broken = new BrokenStatements(document);
        for (const reference of unresolvedIn(document)) {
            const error = reference.error;
            if (
                error?.info.reference.$refText &&
                !isCascade(error.info.container) &&
                !reference.$refNode?.text.endsWith('.') &&
                !broken.has(statementOf(error.info.container))
            ) {
                const type = this.referenceType(error.info.container, error.info.property);
                const diagnostic = this.toDiagnostic('error', error.message, {
                    node: error.info.container,
                    ...(reference.$refNode && { range: reference.$refNode.range }),
                    property: error.info.property,
                    ...(error.info.index !== undefined && { index: error.info.index }),
                    code: LINK_CODES[type]!,
                    ...withFixes((problem) => fixesOfUnknown(problem, unknownName(error, type)))
                });
                diagnostics.push(diagnostic);
            }
        }
    }

    /** Nothing else is reported in such a statement, of which the parser kept only a part. */
    protected override async validateAst(
        root: AstNode,
        options: ValidationOptions,
        cancelToken?: Cancellation.CancellationToken
    ): Promise<Diagnostic[]> {
        const diagnostics = ast.isPolicyFile(root)
            ? await this.validateFile(root, options, cancelToken)
            : await super.validateAst(root, options, cancelToken);
        const broken = new BrokenStatements(AstUtils.getDocument(root));
        return diagnostics.filter(({ range }) => !broken.contain(range.start));
    }

    /** Validates the file, and its statements whose diagnostics may have changed. */
    private async validateFile(
        file: ast.PolicyFile,
        options: ValidationOptions,
        cancelToken: Cancellation.CancellationToken = Cancellation.CancellationToken.None
    ): Promise<Diagnostic[]> {
        const document = AstUtils.getDocument(file);
        const { lexerErrors, parserErrors } = document.parseResult;
        const kept = keptDiagnostics(file, {
            inventory: this.services.inventory.of(document),
            header: file.policy,
            categories: JSON.stringify(options.categories ?? null),
            state: `${isWhole(document, this.services)} ${lexerErrors.length + parserErrors.length === 0}`
        });
        const checks = new Map<string, readonly ValidationCheck[]>();
        const check = async (nodes: Iterable<AstNode>): Promise<Diagnostic[]> => {
            const found: Diagnostic[] = [];
            this.placed = new WeakMap();
            for (const node of nodes) {
                await interruptAndCheck(cancelToken);
                const of = checks.get(node.$type) ?? this.checksOf(node.$type, options);
                checks.set(node.$type, of);
                for (const one of of) {
                    await one(
                        node,
                        (severity, message, info) => void found.push(this.toDiagnostic(severity, message, info)),
                        cancelToken
                    );
                }
            }
            return found;
        };
        const all = await check([file, ...(file.policy ? [file.policy] : [])]);
        for (const statement of [...kept.open]) {
            kept.keep(statement, await check(nodesIn(statement)));
        }
        return [...all, ...kept.all()];
    }

    private checksOf(type: string, { categories }: ValidationOptions): readonly ValidationCheck[] {
        return this.validationRegistry.getChecks(type, categories).toArray();
    }

    /** If a node has too many messages, the others are placed at the whole node, so that none is lost. */
    protected override toDiagnostic<N extends AstNode>(
        severity: Parameters<DefaultDocumentValidator['toDiagnostic']>[0],
        message: string,
        info: DiagnosticInfo<N, string>
    ): Diagnostic {
        const placed = this.placed.get(info.node) ?? 0;
        this.placed.set(info.node, placed + 1);
        const whole = info.node.$cstNode?.range;
        return super.toDiagnostic(
            severity,
            message,
            placed >= MAX_PLACED && !info.range && whole ? { ...info, range: whole } : info
        );
    }

    private referenceType(container: AstNode, property: string): string {
        return reflection.getReferenceType({
            container,
            property,
            reference: { $refText: '', ref: undefined }
        });
    }
}

/**
 * True for a parameter of an unknown tool, and for an argument of a scenario's call, which may be one that the tool
 * does not have (GR306).
 */
function isCascade(container: AstNode): boolean {
    if (ast.isCallArgument(container)) {
        return true;
    }
    if (ast.isImportedName(container)) {
        // The import itself is reported then.
        return !resolveImport(container.$container) || packageProblem(container.$container) !== undefined;
    }
    if (ast.isUseArgument(container) && !container.$container.pack?.ref) {
        return true;
    }
    // The parameter determines the kind of the name.
    const argument = AstUtils.getContainerOfType(container, ast.isUseArgument);
    if (argument && argument !== container && (!argument.param?.ref || !argument.$container.pack?.ref)) {
        return true;
    }
    if (isUnnamedArgument(container)) {
        return true;
    }
    if (ast.isFieldAccess(container) && ast.isResultRoot(container.of) && !hasResult(container.of)) {
        return true;
    }
    if (ast.isFieldAccess(container)) {
        return AstUtils.streamAst(container.of).some((node) => ast.isReference(node) && node.target?.error);
    }
    const namesParameter = ast.isReference(container) || ast.isGiven(container) || ast.isEventArgument(container);
    const owner = namesParameter ? nameOwner(container) : undefined;
    return (
        owner?.kind === 'call' &&
        owner.events.some(
            ({ selector }) =>
                selector && AstUtils.streamAst(selector).some((node) => ast.isToolSelector(node) && node.target?.error)
        )
    );
}

/** True in an argument without a name that the definition takes only by name, which is reported as such (GR309). */
function isUnnamedArgument(node: AstNode): boolean {
    let argument = node;
    while (argument.$container && !ast.isCondition(argument)) {
        const use = argument.$container;
        const definition = ast.isReference(use) && argument.$containerProperty === 'args' ? use.target?.ref : undefined;
        if (ast.isDefinition(definition)) {
            return argument.$containerIndex! >= definition.params.filter(isValue).length;
        }
        argument = use;
    }
    return false;
}

/** True if the lexer has reported a character of the name that contains the error. */
function isInBadName(text: string, offset: number, { lexerErrors }: ParseResult): boolean {
    return lexerErrors.some(
        (error) =>
            error.offset < offset &&
            offset - error.offset < 100 &&
            nameWithOtherCharacters(text, error.offset, true) !== undefined &&
            !/\s/.test(text.slice(error.offset, offset))
    );
}

/**
 * The place of the error: if the error at the offset is inside a name that needs backquotes, it concerns the whole
 * name.
 */
function nameInstead(diagnostic: Diagnostic, text: string, offset: number, isFirst: boolean): void {
    const found = nameWithOtherCharacters(text, Math.min(offset, text.length), isFirst);
    if (found) {
        Object.assign(diagnostic, needsBackquotes(found.name));
        const { line, character } = diagnostic.range.start;
        const start = Number.isFinite(offset) ? character + found.offset - offset : character;
        diagnostic.range = { start: { line, character: start }, end: { line, character: start + found.name.length } };
    }
}

function needsBackquotes(name: string) {
    const text = `\`${name}\``;
    const message = `The name ${text} contains characters other than letters, digits and \`_\`. Write it in backquotes: \`\` ${text} \`\`.`;
    return {
        message,
        ...withFixes((problem) => [obvious(`Write the name in backquotes: ${text}`, replaceMarked(problem, text))])
    };
}

function isError({ severity }: Diagnostic): boolean {
    return severity === 1;
}

function followsUnclosed(error: IRecognitionException): boolean {
    const previous = 'previousToken' in error ? (error.previousToken as IToken | undefined) : undefined;
    return previous?.tokenType !== undefined && isUnclosed(previous);
}

function messageOf(diagnostic: Diagnostic): string {
    return typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
}

/** The statement of the file that contains a node. */
function statementOf(node: AstNode): AstNode {
    let statement = node;
    while (statement.$container && !ast.isPolicyFile(statement.$container)) {
        statement = statement.$container;
    }
    return statement;
}

/** The codes by the referenced types of the grammar; a test checks that none is missing. */
export const LINK_CODES: { readonly [type: string]: string } = {
    [ast.Tool.$type]: 'GR201',
    [ast.ToolOrGroup.$type]: 'GR201',
    [ast.Param.$type]: 'GR202',
    [ast.Referable.$type]: 'GR202',
    [ast.Member.$type]: 'GR202',
    [ast.SessionConstant.$type]: 'GR202',
    [ast.Entity.$type]: 'GR208',
    [ast.Signal.$type]: 'GR222',
    [ast.Mode.$type]: 'GR209',
    [ast.Label.$type]: 'GR203',
    [ast.Agent.$type]: 'GR204',
    [ast.Human.$type]: 'GR205',
    [ast.Approver.$type]: 'GR205',
    [ast.OutsideEvent.$type]: 'GR207',
    [ast.Trait.$type]: 'GR206',
    [ast.Importable.$type]: 'GR235',
    [ast.Pack.$type]: 'GR230',
    [ast.Nameable.$type]: 'GR231',
    [ast.PackParam.$type]: 'GR232',
    [ast.DefinitionParam.$type]: 'GR232',
    [ast.ValueParam.$type]: 'GR232',
    [ast.DurationParam.$type]: 'GR232'
};
