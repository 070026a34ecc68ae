/**
 * Measures, with the real clients and a scripted model, whether a client's tool runs after each answer of a hook: `node
 * scripts/clients/measure.mjs [CLIENT…]`. It writes `results.json`, and from it the table of `docs/hooks.md`. The
 * clients come from npm (1.3 GB), into `.cache/clients`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clients, configureClient, runClient } from './clients.mjs';
import { startModel } from './model-server.mjs';
import { writeTables } from './table.mjs';

/**
 * The answers of a hook before the tool runs. `crash` ends by a signal; `silence` ends with status 0 and no output;
 * `garbage` ends with status 0 and broken JSON.
 */
const ANSWERS = ['no hook', 'silence', 'allow', 'deny', 'ask', 'exit 1', 'exit 2', 'crash', 'time-out', 'garbage'];
const RESULTS = new URL('results.json', import.meta.url);
const HOOK = fileURLToPath(new URL('answering-hook.mjs', import.meta.url));

/** Returns whether the tool ran, and how often the hook was called before and after it. */
async function measure(name, mode, answer) {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-client-'));
    const [home, cwd, log] = ['home', 'work', 'events'].map((part) => join(folder, part));
    const mark = join(cwd, 'ran');
    const model = await startModel([clients[name].call(`touch ${mark}`)]);
    const command = answer === 'no hook' ? undefined : `"${process.execPath}" "${HOOK}" ${name} "${answer}" "${log}"`;
    configureClient(name, { home, model, command });
    const { ended, output } = await runClient(name, { mode, home, cwd, model });
    model.close();
    if (model.requests.length === 0) {
        throw new Error(`${name} did not ask the model (${mode}, ${answer}):\n${output}`);
    }
    const events = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    const after = events.filter((line) => /PostToolUse|AfterTool|execute\.after/.test(line)).length;
    const result = { ran: existsSync(mark), before: events.length - after, after, ended };
    rmSync(folder, { recursive: true, force: true });
    return result;
}

const names = process.argv.slice(2);
const results = JSON.parse(readFileSync(RESULTS, 'utf8'));
for (const [name, { version, modes }] of Object.entries(clients)) {
    if (names.length > 0 && !names.includes(name)) {
        continue;
    }
    results[name] = { version, modes: {} };
    for (const mode of Object.keys(modes)) {
        results[name].modes[mode] = {};
        for (const answer of ANSWERS) {
            const result = await measure(name, mode, answer);
            results[name].modes[mode][answer] = result;
            console.log(name, mode, answer, JSON.stringify(result));
        }
    }
    writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 4)}\n`);
}
await writeTables();
