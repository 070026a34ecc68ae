/** Tests partial results for a client that accepts them, and answers that the client is asked to fetch again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type {
    CodeAction,
    DocumentDiagnosticReport,
    Location,
    ShowDocumentParams,
    WorkspaceSymbol
} from 'vscode-languageserver';
import { ProgressType } from 'vscode-jsonrpc';
import { Project, PULLING } from './project.js';

const TOOLS = 250;
const POLICIES = 4;

const FILES: Record<string, string> = {
    'tools.guardrail': `server s {\n${Array.from({ length: TOOLS }, (_, index) => `  tool t${index}(id: string)\n`).join('')}}\n`,
    ...Object.fromEntries(
        Array.from({ length: POLICIES }, (_, index) => [
            `policy-${index}.guardrail`,
            `policy P${index}\nimport "./tools.guardrail"\nagent bot\nallow bot: s.t7\ndeny s.t7 unless once s.t8\n`
        ])
    )
};

let project: Project;

beforeAll(async () => {
    project = new Project(FILES);
    await project.initialize({
        ...PULLING,
        workspace: { ...PULLING.workspace, inlayHint: { refreshSupport: true } },
        window: { showDocument: { support: true } },
        textDocument: {
            ...PULLING.textDocument,
            codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } }
        }
    });
    await project.client.open(project.uri('tools.guardrail'), FILES['tools.guardrail']!);
});
afterAll(() => project.dispose());

/** The answer, and the partial results before it. */
async function inParts<T>(method: string, params: object): Promise<{ answer: T[]; parts: T[][] }> {
    const token = `parts of ${method}`;
    const parts: T[][] = [];
    const listening = project.client.connection.onProgress(new ProgressType<T[]>(), token, (part) => {
        parts.push(part);
    });
    const answer = await project.request<T[]>(method, { ...params, partialResultToken: token });
    listening.dispose();
    return { answer, parts };
}

test('references arrive file by file, the file itself first, and the answer does not repeat them', async () => {
    const params = {
        textDocument: { uri: project.uri('tools.guardrail') },
        position: { line: 8, character: 8 },
        context: { includeDeclaration: true }
    };
    const { answer, parts } = await inParts<Location>('textDocument/references', params);
    expect(answer).toEqual([]);
    const files = parts.map((part) => [...new Set(part.map(({ uri }) => uri))]);
    expect(files[0]).toEqual([params.textDocument.uri]);
    expect(files.every((uris) => uris.length === 1)).toBe(true);
    expect(new Set(files.flat()).size).toBe(1 + POLICIES);
    const whole = await project.request<Location[]>('textDocument/references', params);
    expect(whole).toHaveLength(1 + 2 * POLICIES);
    expect(parts.flat()).toEqual(whole);
});

test('symbols of the workspace arrive in parts, the best first', async () => {
    const { answer, parts } = await inParts<WorkspaceSymbol>('workspace/symbol', { query: 't' });
    expect(answer).toEqual([]);
    expect(parts.length).toBeGreaterThan(1);
    const whole = await project.request<WorkspaceSymbol[]>('workspace/symbol', { query: 't' });
    expect(whole.length).toBeGreaterThanOrEqual(TOOLS);
    expect(parts.flat()).toEqual(whole);
});

test('a code is explained on a page that the client shows', async () => {
    const broken = project.uri('broken.guardrail');
    await project.client.open(broken, 'policy B\nlabel unused\n');
    const textDocument = { uri: broken };
    const report = await project.request<DocumentDiagnosticReport>('textDocument/diagnostic', { textDocument });
    const unused = (report.kind === 'full' ? report.items : []).find(({ code }) => code === 'GR408')!;
    const actions = await project.request<CodeAction[]>('textDocument/codeAction', {
        textDocument,
        range: unused.range,
        context: { diagnostics: [unused], only: ['quickfix'] }
    });
    const last = actions.at(-1)!;
    expect(last).toMatchObject({ title: 'Explain GR408', diagnostics: [unused], kind: 'quickfix' });
    const pages: string[] = [];
    project.client.connection.onRequest('window/showDocument', ({ uri }: ShowDocumentParams) => {
        pages.push(readFileSync(fileURLToPath(uri), 'utf8').split('\n', 1)[0]!);
        return { success: true };
    });
    await project.request('workspace/executeCommand', last.command);
    expect(pages).toEqual(['# GR408: Declared and not used']);
});

test('hints of an open file are requested again when an imported file has changed', async () => {
    const importer = project.uri('policy-0.guardrail');
    await project.client.open(importer, FILES['policy-0.guardrail']!);
    await project.request('textDocument/inlayHint', {
        textDocument: { uri: importer },
        range: { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } }
    });
    const refreshes = (): number =>
        project.client.requests.filter((method) => method === 'workspace/inlayHint/refresh').length;
    const before = refreshes();
    await project.client.change(project.uri('tools.guardrail'), 2, `${FILES['tools.guardrail']}// more\n`);
    await project.client.until(() => refreshes() > before);
});
