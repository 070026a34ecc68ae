/** Writes the measurements into the tables of `docs/hooks.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { clients } from './clients.mjs';

const PAGE = new URL('../../docs/hooks.md', import.meta.url);

export async function writeTables() {
    const page = tablesIn(readFileSync(PAGE, 'utf8'));
    writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), parser: 'markdown' }));
}

/** The text of the page with the tables of the measurements. */
export function tablesIn(page) {
    const tables = {
        answers: answers(read('results.json')),
        installed: installed(read('installed.json')),
        'switched-off': switchedOff(read('switched-off.json')),
        'every-tool': everyTool(read('every-tool.json'))
    };
    return Object.entries(tables).reduce(
        (text, [name, table]) =>
            text.replace(
                new RegExp(`(<!-- ${name} -->)[^]*?(<!-- /${name} -->)`),
                (_, before, after) => `${before}\n\n${table}\n\n${after}`
            ),
        page
    );
}

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

function answers(results) {
    const rows = Object.entries(results).flatMap(([name, { version, modes }]) =>
        Object.entries(modes).map(([mode, given]) => [
            `${clients[name].title} ${version}`,
            mode,
            ...Object.values(given).map(({ ran }) => (ran ? '**ran**' : 'blocked'))
        ])
    );
    const [first] = Object.values(results);
    return tableOf(['client', 'mode', ...Object.keys(Object.values(first.modes)[0])], rows);
}

function installed(results) {
    const rows = Object.entries(results).map(([name, { version, cases }]) => [
        `${clients[name].title} ${version}`,
        ...Object.values(cases).map((ran) => (ran ? 'ran' : 'blocked'))
    ]);
    const [first] = Object.values(results);
    return tableOf(['client', ...Object.keys(first?.cases ?? {})], rows);
}

function switchedOff(results) {
    const shown = { true: '**ran**', false: 'blocked', null: '' };
    const rows = Object.entries(results).flatMap(([name, { version, scopes }]) =>
        Object.entries(scopes).map(([scope, attacks]) => [
            `${clients[name].title} ${version}`,
            `\`--${scope}\``,
            ...Object.values(attacks).map((ran) => shown[ran])
        ])
    );
    const [first] = Object.values(results);
    return tableOf(['client', 'installed with', ...Object.keys(Object.values(first.scopes)[0])], rows);
}

function everyTool(results) {
    const listed = (tools) => tools.map((tool) => `\`${tool}\``).join(', ');
    const rows = Object.entries(results).map(([name, { version, own, server, different }]) => [
        `${clients[name].title} ${version}`,
        `${own['as before'].length}`,
        `${server['as before'].length}`,
        listed([...own.decided, ...server.decided]),
        listed(different)
    ]);
    return tableOf(['client', 'own, as before', 'of the server, as before', 'held', 'different'], rows);
}

const tableOf = (head, rows) =>
    [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
