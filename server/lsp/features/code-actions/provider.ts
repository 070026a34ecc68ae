/**
 * Answers requests for code actions: the quick fixes of diagnostics, the refactorings of `refactor/`, and all safe fixes
 * of a file at once. This file handles the protocol and the client; the registries provide the offers.
 */
import { AstUtils, Cancellation, type LangiumDocument, DocumentState, URI } from 'langium';
import type { CodeActionProvider } from 'langium/lsp';
import {
    type CancellationToken,
    type CodeAction,
    CodeActionKind,
    type CodeActionOptions,
    type CodeActionParams,
    type Diagnostic,
    type InitializeParams,
    LSPErrorCodes,
    type Range,
    ResponseError,
    type Connection
} from 'vscode-languageserver';
import { explainCommand } from '../../protocol.js';
import { type Changes, type Edit, type Fix, fixesOf as fixesIn } from '../../../../language/edits/edit.js';
import { nameRange } from '../../text/anchors.js';
import { type CodeActionServices, Place, type Problem } from './place.js';
import { problemsFor, problemsIn } from './problems.js';
import { REFACTORINGS } from './refactor/index.js';
import { type EditCapabilities, editCapabilities, isNewFile, workspaceEdit } from './workspace-edit.js';
import type { GuardrailLspServices } from '../../module.js';
import type { RequestHandlers } from '../../connection/request-handlers.js';
import { brokenClaims } from '../diagnostics/result-fixes.js';

/** The kind of the action that applies all safe fixes of a file at once. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.guardrail`;

export const CODE_ACTION_OPTIONS: CodeActionOptions = {
    codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Refactor, CodeActionKind.SourceOrganizeImports, FIX_ALL],
    resolveProvider: true
};

interface Client extends EditCapabilities {
    /** True if the client supports code actions, not only commands. */
    readonly literals: boolean;
    readonly resolvesEdits: boolean;
    readonly isPreferred: boolean;
}

type Lazy = (token: CancellationToken) => Promise<Changes | undefined>;

/**
 * The number of requests whose offers are kept: an editor may send another request for a light bulb while a menu is
 * open.
 */
const KEPT = 16;

/** The offers whose edits are computed only when the author chooses them. */
class PendingChanges {
    private readonly kept: Map<number, Lazy>[] = [];
    private last = 0;

    /** The offers in the answer to one request. */
    request(): { add(lazy: Lazy): number } {
        const offers = new Map<number, Lazy>();
        this.kept.push(offers);
        if (this.kept.length > KEPT) {
            this.kept.shift();
        }
        return {
            add: (lazy) => {
                const id = ++this.last;
                offers.set(id, lazy);
                return id;
            }
        };
    }

    find(id: number): Lazy | undefined {
        return this.kept.map((offers) => offers.get(id)).find((lazy) => lazy !== undefined);
    }
}

export class GuardrailCodeActionProvider implements CodeActionProvider {
    private readonly pending = new PendingChanges();
    private client: Client = {
        literals: false,
        resolvesEdits: false,
        isPreferred: false,
        documentChanges: false,
        snippets: false,
        createFiles: false,
        confirms: false
    };

    /** @param canExplain true if there is a page about a code, and the client can show it */
    constructor(
        private readonly services: CodeActionServices,
        private readonly canExplain: (code: string) => boolean
    ) {
        services.shared.lsp.LanguageServer.onInitialize((params) => this.initialize(params));
    }

    private initialize({ capabilities }: InitializeParams): void {
        const { codeAction } = capabilities.textDocument ?? {};
        this.client = {
            ...editCapabilities(capabilities),
            literals: codeAction?.codeActionLiteralSupport !== undefined,
            resolvesEdits:
                codeAction?.dataSupport === true && codeAction.resolveSupport?.properties.includes('edit') === true,
            isPreferred: codeAction?.isPreferredSupport === true
        };
    }

    async getCodeActions(
        document: LangiumDocument,
        params: CodeActionParams,
        token: CancellationToken = Cancellation.CancellationToken.None
    ): Promise<CodeAction[]> {
        if (!this.client.literals) {
            return [];
        }
        const { only } = params.context;
        const offers = this.pending.request();
        const actions: CodeAction[] = [];
        const add = async (proposal: Fix, kind: CodeActionKind, diagnostics?: Diagnostic[]): Promise<void> => {
            const action = await this.action(proposal, kind, offers, token);
            if (action) {
                actions.push({ ...action, ...(diagnostics && { diagnostics }) });
            }
        };
        const explained = [...params.context.diagnostics];
        if (isWanted(CodeActionKind.QuickFix, only)) {
            for (const { problem, shown } of problemsFor(params, problemsIn(document, this.services))) {
                if (!explained.some(({ code }) => code === shown.code)) {
                    explained.push(shown);
                }
                for (const proposal of await fixesOf(problem)) {
                    await add(proposal, CodeActionKind.QuickFix, [shown]);
                }
            }
        }
        if (isWanted(FIX_ALL, only)) {
            const all = await safeFixes(problemsIn(document, this.services));
            if (all) {
                await add(all, FIX_ALL);
            }
        }
        actions.push(...(isWanted(CodeActionKind.QuickFix, only) ? this.explanations(explained) : []));
        const place = new Place(document, params.range, this.services);
        for (const refactoring of REFACTORINGS.filter(({ kind }) => isWanted(kind, only))) {
            for (const proposal of await refactoring.propose(place)) {
                await add(proposal, refactoring.kind);
            }
        }
        return merged(actions);
    }

    /** The actions that show the page of each code in the editor; they are listed after all repairs. */
    private explanations(diagnostics: readonly Diagnostic[]): CodeAction[] {
        const codes = new Set(diagnostics.map(({ code }) => String(code)).filter((code) => this.canExplain(code)));
        return [...codes].map((code) => {
            const title = `Explain ${code}`;
            return {
                title,
                kind: CodeActionKind.QuickFix,
                diagnostics: diagnostics.filter((diagnostic) => diagnostic.code === code),
                command: { title, command: explainCommand, arguments: [code] }
            };
        });
    }

    /** Answers `codeAction/resolve`: computes the edit of an action that was offered without one. */
    async resolve(action: CodeAction, token: CancellationToken): Promise<CodeAction> {
        const data: unknown = action.data;
        const lazy = typeof data === 'number' ? this.pending.find(data) : undefined;
        if (!lazy) {
            throw new ResponseError(LSPErrorCodes.ContentModified, 'This action is out of date. Ask for it again.');
        }
        const changes = await lazy(token);
        this.assertSeen(changes ?? []);
        const edit = changes && this.edit(changes);
        return edit ? { ...action, edit } : action;
    }

    private async action(
        { title, changes, isPreferred }: Fix,
        kind: CodeActionKind,
        offers: ReturnType<PendingChanges['request']>,
        token: CancellationToken
    ): Promise<CodeAction | undefined> {
        const action: CodeAction = {
            title,
            kind,
            ...(isPreferred && this.client.isPreferred && { isPreferred })
        };
        if (typeof changes === 'function' && this.client.resolvesEdits) {
            return { ...action, data: offers.add(changes) };
        }
        const known = typeof changes === 'function' ? await changes(token) : changes;
        const edit = known && this.edit(known);
        return edit ? { ...action, edit } : undefined;
    }

    /** Throws if the author has not seen all changes, because no other change may be made. */
    private assertSeen(changes: Changes): void {
        const [unseen] = changes.flatMap((change) =>
            !isNewFile(change) && change.confirmation?.isRequired === true ? [change.confirmation] : []
        );
        if (unseen && !this.client.confirms) {
            throw new ResponseError(
                LSPErrorCodes.RequestFailed,
                `Found: ${unseen.label} Ask for the quick fixes again to choose it.`
            );
        }
    }

    private edit(changes: Changes): CodeAction['edit'] {
        const { LangiumDocuments, TextDocuments } = this.services.shared.workspace;
        const find = (uri: string) => LangiumDocuments.all.find((document) => document.uri.toString() === uri);
        return workspaceEdit(changes, this.client, (uri) => {
            const known = find(uri)?.textDocument;
            return known && { text: known.getText(), version: TextDocuments.get(uri)?.version ?? null };
        });
    }
}

/** The fixes of a problem; the first one marked as preferred is the preferred one. */
async function fixesOf(problem: Problem): Promise<Fix[]> {
    const found = await fixesIn(problem);
    const preferred = found.findIndex(({ isPreferred }) => isPreferred);
    return found.map(({ isPreferred: _, rename, ...fix }, index) => ({
        ...fix,
        ...(rename && { changes: () => renamed(problem, rename, (fix.changes as Changes | undefined) ?? []) }),
        ...(index === preferred && { isPreferred: true })
    }));
}

/** The changes of a fix that renames a declaration wherever it is named. */
async function renamed(
    { services }: Problem,
    { node, to }: NonNullable<Fix['rename']>,
    changes: Changes
): Promise<Changes> {
    const document = AstUtils.getDocument(node);
    const textDocument = { uri: document.uri.toString() };
    const position = nameRange(node)!.start;
    const edit = await services.lsp.RenameProvider!.rename(document, { textDocument, position, newName: to });
    const edits = Object.entries(edit?.changes ?? {}).flatMap(([uri, all]) =>
        all.map(({ range, newText }): Edit => ({ uri, range, text: newText }))
    );
    return [...edits, ...changes];
}

/**
 * The first meaning-preserving fix of each diagnostic; of two fixes that touch the same text, only the first. The
 * others are applied the next time.
 */
async function safeFixes(problems: readonly Problem[]): Promise<Fix | undefined> {
    const edits: Edit[] = [];
    for (const problem of problems) {
        const safe = (await fixesOf(problem)).find(({ isSafe }) => isSafe);
        const changes = safe && typeof safe.changes !== 'function' ? (safe.changes ?? []) : [];
        const own = changes.filter((change): change is Edit => !isNewFile(change));
        if (own.length > 0 && own.every((edit) => !edits.some((other) => overlap(edit, other)))) {
            edits.push(...own);
        }
    }
    return edits.length > 0 ? { title: 'Apply all fixes that do not change the meaning', changes: edits } : undefined;
}

function overlap(a: Edit, b: Edit): boolean {
    return a.uri === b.uri && !isBefore(a.range, b.range) && !isBefore(b.range, a.range);
}

function isBefore({ end }: Range, { start }: Range): boolean {
    return end.line < start.line || (end.line === start.line && end.character < start.character);
}

function isWanted(kind: CodeActionKind, only: readonly CodeActionKind[] | undefined): boolean {
    // An editor lists source actions separately, and some apply them at each save, so they are only returned on
    // request.
    return only
        ? only.some((each) => each === '' || kind === each || kind.startsWith(`${each}.`))
        : !kind.startsWith(CodeActionKind.Source);
}

/** Merges actions: one repair of several diagnostics is a single action. */
function merged(actions: readonly CodeAction[]): CodeAction[] {
    const found = new Map<string, CodeAction>();
    for (const action of actions) {
        const key = JSON.stringify([action.title, action.kind, action.edit, action.data, action.command]);
        const same = found.get(key);
        found.set(
            key,
            same?.diagnostics && action.diagnostics
                ? { ...same, diagnostics: [...same.diagnostics, ...action.diagnostics] }
                : action
        );
    }
    return [...found.values()];
}

/** Connects the two requests for code actions. */
export function addCodeActions(client: Connection, services: GuardrailLspServices, on: RequestHandlers): void {
    const { CodeActions: provider } = services.editing;
    const answer = on.document<CodeActionParams, CodeAction[]>(
        'code actions',
        DocumentState.Validated,
        (_lsp, ...rest) => provider.getCodeActions(...rest)
    );
    const search = on.any<CodeActionParams, void>('repairs', (params) => beginRepairs(params, services));
    client.onCodeAction(async (params, token) => {
        const actions = await answer(params, token);
        // The answer has the repairs that are known, because an editor soon gives up waiting for a menu.
        void search(params, token);
        return actions;
    });
    const resolve = on.any('code actions', (action: CodeAction, token) => provider.resolve(action, token));
    client.onCodeActionResolve(async (action, token) => (await resolve(action, token)) ?? action);
}

/** Begins to look for repairs of the broken claims that the request concerns. */
function beginRepairs(params: CodeActionParams, services: GuardrailLspServices): void {
    const { Repairs: repairs } = services.editing;
    const document = services.shared.workspace.LangiumDocuments.getDocument(URI.parse(params.textDocument.uri));
    const { only } = params.context;
    const wantsFixes = only === undefined || only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix);
    if (!document || document.state < DocumentState.Validated || !wantsFixes) {
        return;
    }
    for (const { problem } of problemsFor(params, problemsIn(document, services))) {
        if (problem.known?.result && (problem.code === 'GR590' || problem.code === 'GR598')) {
            const { uri, result } = problem.known;
            brokenClaims(problem, problem.known).forEach((claim) => repairs.begin(uri, result, claim));
        }
    }
}
