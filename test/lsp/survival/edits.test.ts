/**
 * Tests random edits of the examples: a client that sends the changes, one that sends the whole text, and a freshly
 * started server must report the same problems. `npm run test:fuzz` makes 10,000 edits, and the usual run a few.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { globSync } from 'tinyglobby';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver';
import { isFuzzing, seed } from '../../language/hardening/budget.js';
import { randoms } from '../../support/random.js';
import { TestClient } from '../client.js';
import { EXAMPLES, PULLING } from '../conformance/project.js';
import { applyEdit, pick, randomEdit, toChange } from './edits.js';

const EDITS = isFuzzing ? Number(process.env['GUARDRAIL_FUZZ_EDITS'] ?? 10_000) : 20;
/** The number of edits of one text before the next one is used. */
const SESSION = isFuzzing ? 100 : 10;

const examples = globSync('**/*.guardrail', { cwd: EXAMPLES })
    .sort()
    .map((path) => ({ path, text: readFileSync(join(EXAMPLES, path), 'utf8') }));
const material = examples.map(({ text }) => text);

let client: TestClient;

beforeAll(async () => {
    client = await start();
});
afterAll(() => client.kill());

async function start(): Promise<TestClient> {
    const started = TestClient.start();
    started.settings = { check: { onType: false } };
    await started.initialize(null, { capabilities: PULLING });
    return started;
}

test(
    `${EDITS} random edits (seed ${seed})`,
    async () => {
        const random = randoms(seed);
        for (let done = 0; done < EDITS; done += SESSION) {
            const { path, text } = pick(examples, random);
            await session(path, text, random, `session ${done / SESSION}`);
        }
        expect(client.messages).toEqual([]);
    },
    isFuzzing ? 3_600_000 : 60_000
);

/** Edits one example in two documents next to it, one of which receives the changes and the other the whole text. */
async function session(path: string, original: string, random: () => number, name: string): Promise<void> {
    const folder = pathToFileURL(join(EXAMPLES, dirname(path))).href;
    const [changes, whole] = ['edited-changes', 'edited-whole'].map((part) => `${folder}/${part}-${basename(path)}`);
    let text = original;
    await client.open(changes!, text);
    await client.open(whole!, text);
    for (let version = 2; version < SESSION + 2;) {
        // These are bursts: text that is typed faster than it can be parsed must give the same result.
        for (let burst = Math.ceil(random() * 4); burst > 0; burst--, version++) {
            const edits = Array.from({ length: random() < 0.1 ? 3 : 1 }, () => {
                const edit = randomEdit(text, material, random);
                const change = toChange(text, edit);
                text = applyEdit(text, edit);
                return change;
            });
            await client.connection.sendNotification('textDocument/didChange', {
                textDocument: { uri: changes, version },
                contentChanges: edits
            });
            await client.change(whole!, version, text);
            if (random() < 0.2) {
                disturb(changes!, random);
            }
        }
        const [first, second] = await Promise.all([pull(client, changes!), pull(client, whole!)]);
        expect(first, `${name}, version ${version}: ${JSON.stringify(text)}`).toEqual(second);
    }
    const fresh = await start();
    try {
        await fresh.open(changes!, text);
        expect(await pull(client, changes!), `${name}, afresh: ${JSON.stringify(text)}`).toEqual(
            await pull(fresh, changes!)
        );
        for (const [method, more] of questions(text, random)) {
            const ask = (one: TestClient): Promise<unknown> =>
                one.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri: changes }, ...more });
            expect(await ask(client), `${name}, ${method} ${JSON.stringify(more)}: ${JSON.stringify(text)}`).toEqual(
                await ask(fresh)
            );
        }
    } finally {
        fresh.kill();
    }
    for (const uri of [changes, whole]) {
        await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    }
}

/** The questions about the whole text, and about random places. */
function questions(text: string, random: () => number): [method: string, more: object][] {
    const lines = text.split(/\r\n|\r|\n/);
    const places = Array.from({ length: 12 }, () => {
        const line = Math.floor(random() * lines.length);
        return { position: { line, character: Math.floor(random() * (lines[line]!.length + 1)) } };
    });
    return [
        ['documentSymbol', {}],
        ['foldingRange', {}],
        ...places.flatMap((place): [string, object][] => [
            ['hover', place],
            ['definition', place]
        ])
    ];
}

const TAKEN_BACK: number[] = [LSPErrorCodes.RequestCancelled, LSPErrorCodes.ContentModified];

/** Sends a request that nobody waits for, as editors do with each key; sometimes it is cancelled. */
function disturb(uri: string, random: () => number): void {
    const method = pick(['hover', 'completion', 'documentSymbol', 'semanticTokens/full', 'definition'], random);
    const position = { line: Math.floor(random() * 30), character: Math.floor(random() * 30) };
    const source = new CancellationTokenSource();
    client.connection
        .sendRequest(`textDocument/${method}`, { textDocument: { uri }, position }, source.token)
        .catch((error: { code: number }) => expect(TAKEN_BACK).toContain(error.code));
    if (random() < 0.3) {
        source.cancel();
    }
}

async function pull(from: TestClient, uri: string): Promise<Diagnostic[]> {
    const report: DocumentDiagnosticReport = await from.connection.sendRequest('textDocument/diagnostic', {
        textDocument: { uri }
    });
    const items = report.kind === 'full' ? report.items : [];
    return JSON.parse(JSON.stringify(items).replaceAll(/edited-(changes|whole)/g, 'edited')) as Diagnostic[];
}
