/** Notifies the client of the claims and scenarios of the workspace's policies as they change. */
import { DocumentState, type LangiumDocument, URI } from 'langium';
import type { GuardrailServices } from '../../../language/names/inventory.js';
import type { Connection } from 'vscode-languageserver';
import { visibleDocuments } from '../../../language/files/imports.js';
import { hasErrors } from '../workspace/documents.js';
import { isBuiltin } from '../../../language/library/builtin.js';
import { guarded, type Log } from '../connection/log.js';
import type { GuardrailSharedServices } from '../module.js';
import { type PolicyTests, testsNotification, testsRequest } from '../protocol.js';
import { untilReached } from '../connection/ready.js';
import { RequestHandlers } from '../connection/request-handlers.js';
import { isPolicyFile } from '../../../language/generated/ast.js';
import { lower } from '../../../language/lower/index.js';

/** The delay, longer than that of a check, because a list of tests is not urgent. */
const DELAY_MS = 250;

export function addTests(
    connection: Connection,
    shared: GuardrailSharedServices,
    services: GuardrailServices,
    log: Log
): void {
    const { DocumentBuilder, LangiumDocuments, WorkspaceLock } = shared.workspace;
    /** The last message to the client for each policy, as text; undefined until the client sends a request. */
    let told: Map<string, string> | undefined;
    const touched = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;

    const found = (document: LangiumDocument | undefined): PolicyTests | undefined =>
        !document || isBuiltin(document.uri) || visibleDocuments(document, LangiumDocuments).some(hasErrors)
            ? undefined
            : testsOf(document, services);
    const isNews = (tests: PolicyTests): boolean => {
        const text = JSON.stringify(tests);
        const before = told?.get(tests.uri);
        told?.set(tests.uri, text);
        return before === undefined ? tests.policy !== undefined : before !== text;
    };
    const tell = async (): Promise<void> => {
        const uris = [...touched];
        touched.clear();
        const news = await WorkspaceLock.read(() =>
            uris.flatMap((uri) => {
                const document = LangiumDocuments.getDocument(URI.parse(uri));
                const tests = document ? found(document) : { uri, tests: [] };
                return tests && isNews(tests) ? [tests] : [];
            })
        );
        news.forEach((tests) => void connection.sendNotification(testsNotification, tests));
    };
    const touch = (uri: string): void => {
        if (told) {
            touched.add(uri);
            clearTimeout(timer);
            timer = setTimeout(() => {
                tell().catch((error: unknown) => log.error(`The tests could not be sent: ${String(error)}`));
            }, DELAY_MS);
        }
    };
    DocumentBuilder.onDocumentPhase(
        DocumentState.Validated,
        guarded(log, 'Looking for tests', (document) => touch(document.uri.toString()))
    );
    DocumentBuilder.onUpdate(
        guarded(log, 'Forgetting tests', (_changed, deleted) => deleted.forEach((uri) => touch(uri.toString())))
    );
    connection.onShutdown(() => clearTimeout(timer));
    connection.onRequest(
        testsRequest,
        new RequestHandlers(shared, log).any('tests', async (_params: unknown, token): Promise<PolicyTests[]> => {
            await untilReached(shared, DocumentState.Validated, undefined, token);
            return WorkspaceLock.read(() => {
                told = new Map();
                return LangiumDocuments.all
                    .toArray()
                    .flatMap((document) => found(document) ?? [])
                    .filter(isNews)
                    .sort((a, b) => (a.uri < b.uri ? -1 : 1));
            });
        })
    );
}

/** Finds the tests of a policy: its claims, including those of packs, and its scenarios. */
/**
 * The tests of the document; empty if it is not a policy, and undefined while this is unknown because the text has
 * errors.
 */
function testsOf(document: LangiumDocument, services: GuardrailServices): PolicyTests | undefined {
    const uri = document.uri.toString();
    const root: unknown = document.parseResult.value;
    if (!isPolicyFile(root) || !root.policy) {
        return { uri, tests: [] };
    }
    if (document.state < DocumentState.Validated || hasErrors(document)) {
        return undefined;
    }
    const { name, source, claims, scenarios } = lower(root, services);
    return {
        uri,
        policy: name,
        source,
        tests: [
            ...claims.map((claim) => ({
                kind: 'claim' as const,
                name: claim.name,
                source: claim.usedAt ?? claim.source
            })),
            ...scenarios.map((scenario) => ({
                kind: 'scenario' as const,
                name: scenario.name,
                source: scenario.source
            }))
        ]
    };
}
