/**
 * Measures a file of 222 claims and 2,000 lines in the bundled server: each claim is about three tools of its own, so what
 * it costs must not depend on the other lines.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { median } from '../processes.js';
import { milliseconds, number, table } from '../table.js';
import { EditorClient } from './client.js';

/** The server built by `npm run build`. */
const SERVER = 'dist/server.js';
/** The claims of a file of 200 lines, and of one of 2,000. */
const CLAIMS = [22, 222];

/** The milliseconds of one step, and how much processor time the server took for it. */
interface Step {
    readonly waited: number;
    readonly cpu: number;
}

export async function largePolicyTable(): Promise<string> {
    const rows = [];
    for (const claims of CLAIMS) {
        const [first, edits] = await measured(claims);
        rows.push([
            `${number(claims)} claims, ${number(largePolicy(claims).split('\n').length - 1)} lines`,
            milliseconds(first.waited),
            milliseconds(first.cpu),
            milliseconds(median(edits.map(({ waited }) => waited))),
            milliseconds(median(edits.map(({ cpu }) => cpu)))
        ]);
    }
    return table(['', 'all verdicts, ms', 'processor ms', 'after an edit of one rule, ms', 'processor ms'], rows);
}

/** The first check in a new server, and edits of one rule after another. */
async function measured(claims: number): Promise<readonly [Step, readonly Step[]]> {
    const folder = fileURLToPath(new URL('large', import.meta.url));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const client = EditorClient.start(SERVER);
    await client.initialize(pathToFileURL(folder).href);
    const uri = pathToFileURL(join(folder, 'large.guardrail')).href;
    const step = async (change: () => Promise<void>): Promise<Step> => {
        await client.probe();
        const started = performance.now();
        await change();
        await client.results(uri);
        return { waited: performance.now() - started, cpu: (await client.probe()).cpuMs };
    };
    const first = await step(() => client.open(uri, largePolicy(claims)));
    const edits = [];
    for (const group of [1, 7, 11, 15, 19]) {
        const rule = client.text(uri).indexOf(`deny s${group}.pay`);
        const at = client.text(uri).indexOf('> 100', rule) + 2;
        edits.push(await step(() => client.edit(uri, { at, insert: '2' })));
    }
    await client.stop();
    return [first, edits];
}

/** A policy with so many claims and nine times as many lines. */
export function largePolicy(claims: number): string {
    const groups = Array.from({ length: claims }, (_, index) => {
        const s = `s${index}`;
        return `server ${s} {
  tool read(account: string) reads private
  tool check(account: string)
  tool pay(account: string, amount: int) external
}
deny ${s}.pay when amount > 100 unless once ${s}.check
require approval by reviewer for ${s}.pay when amount > 1000
deny ${s}.check unless once ${s}.read
claim "${s}": ${claimOf(s, index)}
`;
    });
    return `policy Large\nlabel private\nagent assistant\nhuman reviewer\nallow assistant: any tool\n${groups.join('')}`;
}

/** Claims that hold, are violated, and are possible. */
function claimOf(s: string, index: number): string {
    switch (index % 4) {
        case 0:
            return `never ${s}.pay when amount > 5000 unless once ${s}.check`;
        case 1:
            return `never ${s}.pay when amount > 2000 unless approved by reviewer`;
        case 2:
            return `never ${s}.pay after ${s}.check`;
        default:
            return `possible ${s}.read then ${s}.check then ${s}.pay`;
    }
}
