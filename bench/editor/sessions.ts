/**
 * Plays typical sessions of authors, one after the other in one server; each keystroke waits for the diagnostics of the
 * previous one.
 */
import type { EditorClient } from './client.js';
import type { Workspace } from './workspace.js';
import { inventoryFile, policy as policyOfLength, policyFile } from './workspace.js';

/** The measurements of one session, in milliseconds. */
export interface Session {
    readonly name: string;
    readonly keystrokes: readonly number[];
    readonly completions: readonly number[];
    /** The times from the last keystroke of a word to all results of the policy. */
    readonly verdicts: readonly number[];
}

/** A pause between keystrokes, as for a fast typist. */
const PAUSE_MS = 80;
/** The number of keystrokes between two completions. */
const COMPLETE_EVERY = 5;

export interface Actors {
    readonly client: EditorClient;
    readonly workspace: Workspace;
    /** A policy of average size. */
    readonly ordinary: string;
}

export async function sessions({ client, workspace, ordinary }: Actors): Promise<Session[]> {
    const policy = workspace.uri(policyFile(0));
    const other = workspace.uri('typed.guardrail');
    const desk = workspace.uri('desk.guardrail');
    const tools = workspace.uri(inventoryFile(0));
    const all: Session[] = [];

    await client.open(other, '');
    await client.diagnostics(other);
    const typed = ordinary.split('\n').slice(2, 24).join('\n');
    all.push(await typing('a policy from nothing', client, other, 0, `policy Typed\n${typed}`));

    all.push(await typing('a rule', client, policy, endOf(client, policy), 'deny s0.t9 when amount > 1000\n'));

    await client.open(tools, workspace.read(inventoryFile(0)));
    await client.diagnostics(tools);
    const body = client.text(tools).lastIndexOf('}');
    all.push(await typing('a tool that 4 policies import', client, tools, body, '  tool refund(account: string)\n'));

    await client.open(desk, ordinary);
    await client.results(desk);
    all.push(
        await editing('a number in a rule of an ordinary policy', client, desk, '> 500', ['> 501', '> 50', '> 5'])
    );
    all.push(await editing('a claim of an ordinary policy', client, desk, 'at most 3', ['at most 2', 'at most 4']));

    for (const lines of [200, 2_000]) {
        const long = workspace.uri(`long-${lines}.guardrail`);
        await client.open(long, policyOfLength(0, lines));
        await client.diagnostics(long);
        const middle = client.text(long).indexOf('\n', client.text(long).length / 2) + 1;
        const rule = 'deny s0.t9 when amount > 1000 unless once s0.t1\n';
        all.push(await typing(`a rule in a policy of ${lines} lines`, client, long, middle, rule));
    }

    const block = Array.from({ length: 40 }, (_, line) => `deny s0.t${line} when amount > ${line}\n`).join('');
    all.push(await pasting('40 rules, pasted', client, policy, block));
    all.push(await renaming('a tool, renamed in 5 files', client, tools));
    return all;
}

async function typing(name: string, client: EditorClient, uri: string, at: number, text: string): Promise<Session> {
    const keystrokes: number[] = [];
    const completions: number[] = [];
    for (let index = 0; index < text.length; index++) {
        await client.edit(uri, { at: at + index, insert: text[index]! });
        if (index % COMPLETE_EVERY === 0) {
            completions.push(await timed(client.request('textDocument/completion', uri, at + index + 1)));
        } else {
            keystrokes.push(await client.diagnostics(uri));
        }
        await pause();
    }
    return { name, keystrokes, completions, verdicts: [] };
}

/** Replaces a word by others in turn, and waits each time until all verdicts have arrived. */
async function editing(
    name: string,
    client: EditorClient,
    uri: string,
    word: string,
    others: readonly string[]
): Promise<Session> {
    const at = client.text(uri).indexOf(word);
    const verdicts: number[] = [];
    const keystrokes: number[] = [];
    let now = word;
    // Each word comes twice: the first time its result is searched for, the second time it is cached.
    for (const next of [...others, word, ...others, word]) {
        await client.edit(uri, { at, remove: now.length, insert: next });
        now = next;
        const started = performance.now();
        keystrokes.push(await client.diagnostics(uri));
        await client.results(uri);
        verdicts.push(performance.now() - started);
        await pause();
    }
    return { name, keystrokes, completions: [], verdicts };
}

async function pasting(name: string, client: EditorClient, uri: string, block: string): Promise<Session> {
    const keystrokes: number[] = [];
    for (let times = 0; times < 4; times++) {
        const at = endOf(client, uri);
        await client.edit(uri, { at, insert: block });
        keystrokes.push(await client.diagnostics(uri));
        await pause();
        await client.edit(uri, { at, remove: block.length, insert: '' });
        keystrokes.push(await client.diagnostics(uri));
        await pause();
    }
    return { name, keystrokes, completions: [], verdicts: [] };
}

async function renaming(name: string, client: EditorClient, uri: string): Promise<Session> {
    const at = client.text(uri).indexOf('t7(');
    const keystrokes: number[] = [];
    for (let times = 0; times < 5; times++) {
        keystrokes.push(await timed(client.request('textDocument/rename', uri, at, { newName: `renamed${times}` })));
        await pause();
    }
    return { name, keystrokes, completions: [], verdicts: [] };
}

function endOf(client: EditorClient, uri: string): number {
    return client.text(uri).length;
}

async function timed(work: Promise<unknown>): Promise<number> {
    const started = performance.now();
    await work;
    return performance.now() - started;
}

function pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
