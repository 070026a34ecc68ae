/** Tests that the page shows the measured results, and that the hook relies only on these. */
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { tablesIn } from '../../scripts/clients/table.mjs';
import { CLIENTS, OTHER_HOOKS } from '../../server/cli/commands/hook/clients.js';

const root = new URL('../../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8');

interface Measured {
    readonly version: string;
    readonly modes: Readonly<
        Record<string, Readonly<Record<string, { readonly ran: boolean; readonly before: number }>>>
    >;
}
const clients = JSON.parse(read('scripts/clients/results.json')) as Readonly<Record<string, Measured>>;
const installed = JSON.parse(read('scripts/clients/installed.json')) as Readonly<
    Record<string, { readonly version: string; readonly cases: Readonly<Record<string, boolean>> }>
>;

test('the tables are those of the measurements', async () => {
    const path = new URL('docs/hooks.md', root);
    const page = read('docs/hooks.md');
    const formatted = await format(tablesIn(page), { ...(await resolveConfig(path)), parser: 'markdown' });
    expect(page).toBe(formatted);
});

const modes = Object.entries(clients).flatMap(([name, { modes: all }]) =>
    Object.entries(all).map(([mode, answers]) => [`${name}, ${mode}`, answers] as const)
);

test('there are four clients in two modes', () => {
    expect(modes.length).toBeGreaterThanOrEqual(8);
    expect(Object.keys(installed).sort()).toEqual(Object.keys(clients).sort());
});

test.each(modes)('%s: a hook that runs blocks with status 2, and silence decides nothing', (_, answers) => {
    const { 'exit 2': blocked, silence, 'no hook': without } = answers;
    expect(silence!.ran).toBe(without!.ran);
    if (blocked!.before > 0) {
        expect(blocked!.ran).toBe(false);
    }
});

test.each(Object.entries(installed))(
    '%s: with the installed hooks only allowed calls run',
    (name, { version, cases }) => {
        expect(version).toBe(clients[name]!.version);
        expect(Object.keys(cases).length).toBeGreaterThanOrEqual(9);
        expect(
            Object.entries(cases)
                .filter(([, ran]) => ran)
                .map(([title]) => title)
        ).toEqual(['an allowed call', 'a subagent, allowed']);
    }
);

const switchedOff = JSON.parse(read('scripts/clients/switched-off.json')) as Readonly<
    Record<
        string,
        {
            readonly version: string;
            readonly scopes: Readonly<Record<string, Readonly<Record<string, boolean | null>>>>;
        }
    >
>;

test.each(Object.entries(switchedOff))(
    "%s: what gets past the hooks of an administrator is among the client's gaps",
    (name, { version, scopes }) => {
        expect(version).toBe(clients[name]!.version);
        for (const [scope, attacks] of Object.entries(scopes)) {
            const { gaps, managed } = CLIENTS[name]!;
            const known = scope === 'managed' ? managed!.gaps : gaps;
            if (Object.values(attacks).includes(true)) {
                expect(known).not.toEqual([]);
            }
            if (attacks['another hook'] === true) {
                expect(known).toContain(OTHER_HOOKS);
            }
        }
    }
);
