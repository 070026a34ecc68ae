/**
 * Tests that memory does not grow with the edits and checks of a session. The test takes minutes, so it only runs in
 * `npm run test:fuzz`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { checkRequest } from '../../../server/lsp/protocol.js';
import { isFuzzing } from '../../language/hardening/budget.js';
import { SERVER, TestClient } from '../client.js';
import { EXAMPLES, PULLING } from '../conformance/project.js';

const CYCLES = 1000;
/**
 * This comes before the first measurement, so that everything that is loaded and compiled on demand is already there.
 */
const WARM_UP = 200;
/** The maximum growth in bytes. A leaked text with its tree and results would take some 500,000. */
const MOST_PER_CYCLE = 10_000;

const PATH = join(EXAMPLES, 'mail-assistant/mail.guardrail');
const PROBE = pathToFileURL(fileURLToPath(new URL('heap-probe.mjs', import.meta.url))).href;

test.runIf(isFuzzing && process.platform !== 'win32')(
    `${CYCLES} cycles of edit and check`,
    async () => {
        const child = spawn(process.execPath, ['--expose-gc', '--import', PROBE, SERVER, '--stdio'], {
            stdio: ['pipe', 'pipe', 'inherit', 'pipe']
        });
        const probe = child.stdio[3] as Readable;
        const measure = async (): Promise<{ used: number; rss: number }> => {
            child.kill('SIGUSR2');
            const [answer] = (await once(probe, 'data')) as [Buffer];
            return JSON.parse(answer.toString()) as { used: number; rss: number };
        };
        const client = TestClient.of(child as Parameters<typeof TestClient.of>[0]);
        try {
            await client.initialize(null, { capabilities: PULLING });
            const uri = pathToFileURL(PATH).href;
            const text = readFileSync(PATH, 'utf8');
            await client.open(uri, text);
            let before = { used: 0, rss: 0 };
            for (let cycle = 1; cycle <= CYCLES; cycle++) {
                // Each policy is a different one, so that no cached result of the previous one can be used.
                await client.change(uri, cycle + 1, `${text}\nlimit mail.draft to ${cycle}\n// ${'x'.repeat(1000)}\n`);
                expect(await client.connection.sendRequest(checkRequest, { uri })).not.toBeNull();
                await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
                await client.connection.sendRequest('textDocument/semanticTokens/full', { textDocument: { uri } });
                client.states.length = 0;
                if (cycle === WARM_UP) {
                    before = await measure();
                }
            }
            const after = await measure();
            const perCycle = (after.used - before.used) / (CYCLES - WARM_UP);
            // oxlint-disable-next-line no-console -- the numbers are what a long run is for
            console.log(
                `heap ${mega(before.used)} -> ${mega(after.used)}, ${Math.round(perCycle)} bytes per cycle; ` +
                    `resident ${mega(before.rss)} -> ${mega(after.rss)}`
            );
            expect(perCycle).toBeLessThan(MOST_PER_CYCLE);
        } finally {
            client.kill();
        }
    },
    1_800_000
);

function mega(bytes: number): string {
    return `${(bytes / 1e6).toFixed(1)} MB`;
}
