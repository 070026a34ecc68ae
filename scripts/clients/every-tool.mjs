/**
 * Follows the README with the real clients and a real MCP server, and calls each tool that a client offers to its model
 * once, without hooks and with them: `node scripts/clients/every-tool.mjs [CLIENT…]`, after `npm run build`. It fails if a
 * tool is offered of which `every-call.mjs` has no call. It writes `every-tool.json`, from it the table of `docs/hooks.md`,
 * and `offered-tools.json`, which tests compare with the inventories in `server/settings/inventories`.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { clients, configureClient, installed, runClient, trustFolder } from './clients.mjs';
import { everyCall, ofServer } from './every-call.mjs';
import { isSubagentOf, startModel } from './model-server.mjs';
import { writeTables } from './table.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const SERVER = fileURLToPath(
    new URL('../../node_modules/@modelcontextprotocol/server-filesystem/dist/index.js', import.meta.url)
);
const [RESULTS, OFFERED] = ['every-tool.json', 'offered-tools.json'].map((name) => new URL(name, import.meta.url));
/** A PNG image of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const FILES = {
    'notes.txt': 'first\nthird\n',
    'old.txt': 'old\n',
    'docs/a.md': '# A\n',
    'image.png': Buffer.from(PIXEL, 'base64'),
    'book.ipynb': JSON.stringify({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 })
};

/** A project with a server, as its user has it. */
function project(name) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'guardrail-client-')));
    const [home, cwd] = ['home', 'work'].map((part) => join(folder, part));
    const own = everyCall[name].files({ command: process.execPath, args: [SERVER, cwd] });
    for (const [path, content] of Object.entries({ ...FILES, ...own })) {
        mkdirSync(dirname(join(cwd, path)), { recursive: true });
        writeFileSync(join(cwd, path), content);
    }
    const git = (...args) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'first');
    return { folder, home, cwd };
}

/** The requests of a client, whose model makes the calls. */
async function requestsOf(name, { folder, home, cwd }, calls, prepare) {
    const model = await startModel((body) => (isSubagentOf(body) ? [] : calls));
    configureClient(name, { home, model });
    const { model: chosen, home: files = {} } = everyCall[name];
    for (const [path, text] of Object.entries(files)) {
        writeFileSync(join(home, path), text);
    }
    if (name === 'codex') {
        const config = join(home, '.codex/config.toml');
        writeFileSync(config, readFileSync(config, 'utf8').replace('"gpt-5"', JSON.stringify(chosen)));
    }
    trustFolder(name, { home, cwd });
    const variables = { XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: join(folder, 'state') };
    prepare?.({ ...process.env, HOME: home, ...variables, NO_COLOR: '1' });
    const { output } = await runClient(name, { mode: 'auto-approve', home, cwd, model, variables, seconds: 400 });
    model.close();
    const requests = model.requests.filter((body) => !isSubagentOf(body));
    assert(requests.length > 0, output);
    return { requests, output };
}

/** The tools that a client offers, with their parameters: `true` for those that a call must have. */
async function offeredBy(name) {
    const place = project(name);
    const { requests } = await requestsOf(name, place, searches(name));
    rmSync(place.folder, { recursive: true, force: true, maxRetries: 20 });
    const all = requests.flatMap(({ tools = [], input = [] }) => [
        ...tools,
        ...(Array.isArray(input) ? input.flatMap((item) => item.tools ?? []) : [])
    ]);
    const flat = all
        .flatMap((tool) => tool.functionDeclarations ?? [tool])
        .flatMap((tool) =>
            tool.type === 'namespace' ? tool.tools.map((one) => ({ ...one, name: `${tool.name}/${one.name}` })) : [tool]
        );
    return Object.fromEntries(
        flat
            // Tools without a name, such as `web_search`, run at the provider of the model.
            .filter((tool) => tool.name !== undefined && tool.name !== 'DeferredToolPlaceholder')
            .map((tool) => {
                const { properties = {}, required = [] } =
                    tool.input_schema ?? tool.parametersJsonSchema ?? tool.parameters ?? {};
                const names = Object.keys(properties).sort();
                return [tool.name, Object.fromEntries(names.map((param) => [param, required.includes(param)]))];
            })
            .sort(([one], [other]) => (one < other ? -1 : 1))
    );
}

/** Claude Code tells the model of some tools only if it asks for them by name, and edits only what was read. */
function searches(name, cwd = '') {
    if (name !== 'claude') {
        return [];
    }
    const { own, nameOf } = everyCall.claude;
    const all = [...Object.keys(own(cwd)), ...Object.keys(ofServer(cwd)).map((tool) => `mcp__files__${tool}`)];
    assert(all.every((tool) => nameOf(tool) in { ...own(cwd), ...ofServer(cwd) }));
    return [
        { name: 'ToolSearch', input: { query: `select:${all.join(',')}`, max_results: 100 } },
        { name: 'Read', input: { file_path: `${cwd}/book.ipynb` } }
    ];
}

/** Each tool, with what the model gets for a call of it. */
async function results(name, offered, prepare) {
    const place = project(name);
    const { nameOf, own } = everyCall[name];
    const inputOf = (tool) => (isOfServer(tool) ? ofServer : own)(place.cwd)[nameOf(tool)];
    const isOfServer = (tool) => nameOf(tool) !== tool;
    const order = [own, ofServer].map((calls) => Object.keys(calls('')));
    // In a mode of planning, Gemini CLI has fewer tools.
    const at = (tool) =>
        tool === 'enter_plan_mode'
            ? Infinity
            : isOfServer(tool)
              ? 1000 + order[1].indexOf(nameOf(tool))
              : order[0].indexOf(tool);
    const deferred =
        name === 'codex'
            ? [
                  ...Object.keys(own('')).filter((tool) => tool.includes('/')),
                  ...Object.keys(ofServer('')).map((tool) => `mcp__files/${tool}`)
              ]
            : [];
    const tools = [...new Set([...Object.keys(offered), ...deferred])].filter((tool) => tool !== 'ToolSearch');
    const without = tools.filter((tool) => inputOf(tool) === undefined);
    assert.deepEqual(without, [], `${name}: every-call.mjs has no call of these tools`);
    tools.sort((one, other) => at(one) - at(other));
    const first = searches(name, place.cwd);
    const calls = tools.map((tool) => {
        const [namespace, short] = tool.includes('/') ? tool.split('/') : [undefined, tool];
        return { name: short, ...(namespace && { namespace }), input: inputOf(tool) };
    });
    const { requests, output } = await requestsOf(name, place, [...first, ...calls], (env) => prepare?.(place, env));
    const last = requests.reduce((one, other) => (answersIn(other).length > answersIn(one).length ? other : one));
    const answers = answersIn(last).slice(first.length);
    assert.equal(
        answers.length,
        calls.length,
        `${name} answered ${answers.length} of ${calls.length} calls:\n${output}`
    );
    return {
        place,
        answers: tools.map((tool, index) => ({
            tool,
            isOfServer: isOfServer(tool),
            text: answers[index].replaceAll(place.folder, '')
        }))
    };
}

function answersIn({ messages, contents, input }) {
    return [
        ...(messages ?? [])
            .flatMap(({ content }) => (Array.isArray(content) ? content : []))
            .filter(({ type }) => type === 'tool_result'),
        ...(contents ?? []).flatMap(({ parts }) => parts).filter((part) => part.functionResponse),
        ...(Array.isArray(input) ? input : []).filter(({ type }) => /^(?:function|custom_tool)_call_output$/.test(type))
    ].map((answer) => JSON.stringify(answer));
}

/** The text of an answer without ids, times and names that differ from run to run. */
const lasting = (text) =>
    text
        .replace(/"(?:id|call_id|tool_use_id)":"[^"]*"/g, '')
        .replace(/nickname\W+\w+/g, '')
        .replace(/\btask \w+|[\w/-]*guardrail-client-[\w/-]*|\b\w*\d\w*/g, '#')
        .replace(/[#\s-]+/g, '#');

/** README's steps. */
function enforce(name, { cwd }, env) {
    const guardrail = (...args) => execFileSync(process.execPath, [CLI, ...args], { cwd, env, encoding: 'utf8' });
    if (name === 'codex') {
        // Guardrail says so, because it does not read TOML.
        const listed = execFileSync(installed('codex'), ['mcp', 'list', '--json'], { cwd, env, encoding: 'utf8' });
        writeFileSync(join(cwd, 'servers.json'), listed);
    }
    guardrail('init', '--template', 'approval', ...(name === 'codex' ? ['--config', 'servers.json'] : []));
    guardrail('check', 'policy.guardrail');
    guardrail('gateway', 'install', name, '--wait', '2');
    // On a busy machine, the gateway may start more slowly than a hook waits for it.
    const words = ['hook', name, '--policy', join(cwd, 'policy.guardrail'), '--wait', '2'];
    const event = JSON.stringify({ hook_event_name: 'Stop', session_id: 'first' });
    for (
        let again = 0;
        spawnSync(process.execPath, [CLI, ...words], { cwd, env, input: event }).status !== 0;
        again++
    ) {
        assert(again < 5, 'the gateway does not start');
    }
}

const names = process.argv.slice(2);
const read = (url) => (existsSync(url) ? JSON.parse(readFileSync(url, 'utf8')) : {});
const [found, offered] = [read(RESULTS), read(OFFERED)];
const write = async (url, data) =>
    writeFileSync(url, await format(JSON.stringify(data), { ...(await resolveConfig(url)), parser: 'json' }));
for (const [name, { version }] of Object.entries(clients)) {
    if (names.length > 0 && !names.includes(name)) {
        continue;
    }
    const tools = await offeredBy(name);
    offered[name] = {
        version,
        tools: Object.fromEntries(Object.entries(tools).filter(([tool]) => everyCall[name].nameOf(tool) === tool))
    };
    await write(OFFERED, offered);
    const before = await results(name, tools);
    const after = await results(name, tools, (place, env) => enforce(name, place, env));
    const became = after.answers.map(({ tool, isOfServer, text }, index) => ({
        tool,
        isOfServer,
        // What the gateway says about a call that waits for a person, or that is denied.
        is: /The gateway (?:holds|denied) /.test(text)
            ? 'decided'
            : lasting(text) === lasting(before.answers[index].text)
              ? 'as before'
              : 'different',
        text
    }));
    const toolsThat = (is, isOfServer) =>
        became
            .filter((one) => one.is === is && one.isOfServer === isOfServer)
            .map(({ tool }) => everyCall[name].nameOf(tool));
    const different = became.filter(({ is }) => is === 'different');
    different.forEach(({ tool, text }) => console.log(name, tool, text));
    found[name] = {
        version,
        own: { 'as before': toolsThat('as before', false), decided: toolsThat('decided', false) },
        server: { 'as before': toolsThat('as before', true), decided: toolsThat('decided', true) },
        different: different.map(({ tool }) => tool)
    };
    await write(RESULTS, found);
    console.log(name, became.length, 'calls,', different.length, 'different');
    for (const { place } of [before, after]) {
        rmSync(place.folder, { recursive: true, force: true, maxRetries: 20 });
    }
}
await writeTables();
