/** Tests a client that pulls its diagnostics. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
    Diagnostic,
    DocumentDiagnosticReport,
    WorkspaceDiagnosticReport,
    WorkspaceDocumentDiagnosticReport
} from 'vscode-languageserver';
import { CancellationTokenSource, DiagnosticTag, FileChangeType, LSPErrorCodes } from 'vscode-languageserver';
import { CAPABILITIES } from '../client.js';
import { EXAMPLES, Project, PULLING } from './project.js';

const HOLDS = readFileSync(join(EXAMPLES, 'mail-assistant/mail.guardrail'), 'utf8');
/** With this change only posting is held, so the mailbox can leave through `web.fetch`. */
const VIOLATED = HOLDS.replace('external tools when carries private', 'web.post');

let project: Project;
let uri: string;
let version = 1;

beforeAll(async () => {
    project = new Project({ 'broken.guardrail': 'policy B\nallow nobody: any tool\nlabel unused' }, 'mail-assistant');
    uri = project.uri('mail.guardrail');
    const { capabilities } = await project.initialize();
    expect(capabilities.diagnosticProvider).toEqual({
        identifier: 'guardrail',
        interFileDependencies: true,
        workspaceDiagnostics: true
    });
    await project.client.open(uri, HOLDS);
});
afterAll(() => project.dispose());

function pull(previousResultId?: string, of = uri): Promise<DocumentDiagnosticReport> {
    return project.request('textDocument/diagnostic', {
        textDocument: { uri: of },
        ...(previousResultId !== undefined && { previousResultId })
    });
}

async function change(text: string): Promise<void> {
    await project.client.change(uri, ++version, text);
}

function itemsOf(report: DocumentDiagnosticReport | WorkspaceDocumentDiagnosticReport | undefined): Diagnostic[] {
    return report?.kind === 'full' ? report.items : [];
}

function codes(report: DocumentDiagnosticReport | WorkspaceDocumentDiagnosticReport | undefined): unknown[] {
    return itemsOf(report).map(({ code }) => code);
}

describe('one file', () => {
    test('has the diagnostics of the latest text', async () => {
        await change('policy P\nallow nobody: any tool');
        expect(codes(await pull())).toContain('GR204');
        await change(HOLDS);
        expect(codes(await pull())).not.toContain('GR204');
    });

    test('is unchanged as long as its diagnostics are, even if the text changed', async () => {
        await change('policy P\nallow nobody: any tool');
        const first = await pull();
        expect(first.kind).toBe('full');
        expect(await pull(first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
        await change('policy P\nallow nobody: any tool\n');
        expect(await pull(first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
        await change('policy P\nallow somebody: any tool');
        const second = await pull(first.resultId);
        expect(second.kind).toBe('full');
        expect(second.resultId).not.toBe(first.resultId);
    });

    test('has verdicts once the client was told to pull again', async () => {
        await change(VIOLATED);
        const before = await pull();
        const asked = project.client.requests.length;
        await project.client.done(uri, version);
        await project.client.until(() => project.client.requests.slice(asked).includes('workspace/diagnostic/refresh'));
        const violated = itemsOf(await pull(before.resultId)).find(({ code }) => code === 'GR590');
        expect(violated?.codeDescription?.href).toMatch(/docs\/codes\/GR590\.md$/);
        expect(violated?.relatedInformation?.length).toBeGreaterThan(1);
    });

    test('marks unnecessary text', async () => {
        await change('policy P\nlabel unused');
        expect(itemsOf(await pull())).toContainEqual(
            expect.objectContaining({ code: 'GR408', tags: [DiagnosticTag.Unnecessary] })
        );
    });

    test('names the other place of a duplicate', async () => {
        await change('policy P\nlabel a\nlabel a');
        const twice = itemsOf(await pull()).find(({ code }) => code === 'GR220');
        expect(twice?.relatedInformation).toEqual([
            {
                message: 'The name is declared here.',
                location: { uri, range: { start: { line: 1, character: 6 }, end: { line: 1, character: 7 } } }
            }
        ]);
    });

    test('that does not exist has none', async () => {
        expect(await pull(undefined, project.uri('nowhere.guardrail'))).toEqual({ kind: 'full', items: [] });
        expect(await pull(undefined, project.uri('README.md'))).toEqual({ kind: 'full', items: [] });
    });

    test('comes with other files that its check has diagnostics for', async () => {
        project.write('pack.guardrail', PACK);
        await project.watched('pack.guardrail', FileChangeType.Created);
        await change(
            'policy P\nimport "./pack.guardrail"\nagent bot\nallow bot: bank.pay\nuse Careful(paying: bank.pay)\n'
        );
        await project.client.done(uri, version);
        const report = await pull();
        expect(codes(report)).toContain('GR590');
        const related = (report as { relatedDocuments?: Record<string, DocumentDiagnosticReport> }).relatedDocuments;
        expect(codes(related?.[project.uri('pack.guardrail')])).toContain('GR590');
    });
});

const PACK = `server bank { tool pay(amount: int) }
pack Careful(paying: tools) {
  claim "pays nothing": never paying
}
`;

describe('all files', () => {
    const all = (previousResultIds: { uri: string; value: string }[] = []): Promise<WorkspaceDiagnosticReport> =>
        project.request('workspace/diagnostic', { previousResultIds });

    test('are reported, open or not, with the version of those that are', async () => {
        await change('policy P\nallow nobody: any tool');
        const { items } = await all();
        expect(codes(items.find((item) => item.uri === project.uri('broken.guardrail')))).toContain('GR204');
        expect(items.find((item) => item.uri === uri)?.version).toBe(version);
        expect(items.find((item) => item.uri === project.uri('tools/mail.guardrail'))?.version).toBeNull();
    });

    test('are unchanged if the client is up to date, and empty if a file was deleted', async () => {
        const { items } = await all();
        const previous = items.map((item) => ({ uri: item.uri, value: item.resultId! }));
        const again = await all([...previous, { uri: project.uri('gone.guardrail'), value: '1' }]);
        const changed = again.items.filter((item) => item.kind === 'full');
        expect(changed).toEqual([{ kind: 'full', uri: project.uri('gone.guardrail'), version: null, items: [] }]);
    });

    test('are updated in parts as they change, until the client cancels', async () => {
        const source = new CancellationTokenSource();
        const parts: WorkspaceDocumentDiagnosticReport[] = [];
        const changed = new Set<() => void>();
        project.client.connection.onNotification('$/progress', ({ token, value }: Progress) => {
            if (token === 'parts') {
                parts.push(...value.items);
                changed.forEach((check) => check());
            }
        });
        const until = (condition: () => boolean): Promise<void> =>
            new Promise((resolve) => {
                const check = (): void => {
                    if (condition()) {
                        resolve();
                    }
                };
                changed.add(check);
                check();
            });
        const answer = project.client.connection.sendRequest(
            'workspace/diagnostic',
            { previousResultIds: [], partialResultToken: 'parts' },
            source.token
        );
        const broken = project.uri('broken.guardrail');
        await until(() => codes(parts.filter((part) => part.uri === broken).at(-1)).includes('GR204'));
        project.write('broken.guardrail', '// Nothing wrong\nlabel private');
        await project.watched('broken.guardrail', FileChangeType.Changed);
        await until(() => !codes(parts.filter((part) => part.uri === broken).at(-1)).includes('GR204'));
        source.cancel();
        await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    });
});

interface Progress {
    readonly token: string;
    readonly value: { readonly items: WorkspaceDocumentDiagnosticReport[] };
}

test('nothing is pushed to it', () => {
    expect(project.client.diagnostics).toEqual([]);
});

test('a client that cannot be told to pull again gets them pushed', async () => {
    const other = new Project({ 'broken.guardrail': 'policy B\nallow nobody: any tool' });
    try {
        const { capabilities } = await other.initialize({ ...PULLING, workspace: CAPABILITIES.workspace! });
        expect(capabilities.diagnosticProvider).toBeUndefined();
        await other.client.until(() => other.client.latest(other.uri('broken.guardrail')) !== undefined);
    } finally {
        other.dispose();
    }
});
