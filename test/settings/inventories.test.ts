/**
 * Compares the inventories of clients with the tools that the real clients offered to a model
 * (scripts/clients/every-tool.mjs), and the tables of clients with each other.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { EmptyFileSystem } from 'langium';
import { describe, expect, test } from 'vitest';
import { isServer, type PolicyFile, type Tool } from '../../language/generated/ast.js';
import { createGuardrailServices } from '../../language/module.js';
import { clientsIn } from '../../server/cli/commands/init/clients-in.js';
import { toolsOfClient } from '../../server/settings/inventories/client-tools.js';
import { FILES } from '../../server/cli/commands/hook/changed-files.js';
import { CLIENTS } from '../../server/cli/commands/hook/clients.js';
import { protectionOf } from '../../server/cli/commands/init/protection.js';
import { folder } from '../cli/guardrail.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** For each tool its parameters, with true for those that a call must have. */
type Params = Readonly<Record<string, boolean>>;

const OFFERED = JSON.parse(read('scripts/clients/offered-tools.json')) as Readonly<
    Record<string, { readonly version: string; readonly tools: Readonly<Record<string, Params>> }>
>;

/** Where hooks see a tool otherwise than the model: another name and other parameters, or not at all. */
const HOOKED: Readonly<Record<string, readonly [name: string, params: Params] | undefined>> = {
    'codex exec_command': ['Bash', { command: true }],
    'codex apply_patch': ['apply_patch', { command: true }],
    'codex write_stdin': undefined
};
/** Parameters that hooks see beside those that are offered, or that earlier versions had. */
const MORE: Readonly<Record<string, readonly string[]>> = {
    gemini: ['wait_for_previous'],
    opencode: ['description']
};

const inventory = (client: string): { readonly version: string; readonly tools: readonly Tool[] } => {
    const text = read(`server/settings/inventories/${client}.guardrail`);
    const { parser } = createGuardrailServices(EmptyFileSystem).guardrail;
    const { value, parserErrors } = parser.LangiumParser.parse(text);
    expect(parserErrors).toEqual([]);
    return {
        version: /\d+\.\d+\.\d+/.exec(text)![0],
        tools: (value as PolicyFile).elements.filter(isServer).flatMap(({ tools }) => tools)
    };
};

describe.each(Object.entries(OFFERED))('%s', (client, { version, tools }) => {
    test('has every tool that the client offers, with its parameters', () => {
        const own = inventory(client);
        expect(own.version).toBe(version);
        const seen = Object.entries(tools).flatMap(([name, params]) => {
            const key = `${client} ${name}`;
            const hooked = key in HOOKED ? HOOKED[key] : ([name, params] as const);
            return hooked ? [hooked] : [];
        });
        const differing = seen.flatMap(([name, params]) => {
            const tool = own.tools.find((one) => one.name === name);
            const declared = (tool?.params ?? []).filter(
                (param) => ![FILES, ...(MORE[client] ?? [])].includes(param.name) || param.name in params
            );
            const wanted = Object.keys(params).sort();
            const names = declared.map((param) => param.name).sort();
            // A tool of whose parameters one is missing would refuse the client's calls.
            const needed = declared
                .filter(({ optional, default: value }) => !optional && value === undefined)
                .map((param) => param.name);
            return tool && String(names) === String(wanted) && needed.every((param) => params[param])
                ? []
                : [[name, names, wanted]];
        });
        expect(differing).toEqual([]);
    });
});

test('each inventory was compared with its client, and each client that was run has one', () => {
    const files = readdirSync(new URL('../../server/settings/inventories/', import.meta.url)).filter((name) =>
        name.endsWith('.guardrail')
    );
    expect(Object.keys(OFFERED).sort()).toEqual(files.map((name) => name.replace('.guardrail', '')).sort());
    expect(Object.keys(OFFERED).sort()).toEqual(
        Object.keys(CLIENTS)
            .filter((name) => CLIENTS[name]!.isTested)
            .sort()
    );
});

describe.each(Object.entries(CLIENTS))('the table of clients: %s', (name, client) => {
    const protectedBy = (path: string): boolean =>
        client.protects.some((file) => (file.endsWith('/') ? path.startsWith(file) : path === file));

    test('whatever holds its hooks, or switches them off, is protected', () => {
        const files = [
            client.file.project,
            `~/${client.file.user}`,
            ...client.off.flatMap((one) => ('file' in one ? [one.file, `~/${one.file}`] : [])),
            ...(client.trust ? [`~/${client.trust.file}`] : []),
            ...[client.managed?.file, client.managed?.namedIn?.file].flatMap((file) => (file ? [file.linux] : []))
        ];
        // A file in a folder of the project and in the home folder may be protected by one name.
        const open = files.filter((file) => !protectedBy(file) && !protectedBy(file.replace(/^~\//, '')));
        expect(open).toEqual([]);
    });

    test('says what gets past its hooks, and one that was run has all that install and init need', () => {
        expect(client.gaps.length).toBeGreaterThan(0);
        expect(client.format !== undefined || client.text !== undefined).toBe(true);
        if (client.isTested) {
            const changing = toolsOfClient(name)!.filter(({ isChanging }) => isChanging);
            expect(changing.length).toBeGreaterThan(0);
            expect(
                changing.filter(({ changes, text }) => !changes || !text.includes(`${FILES}: string[] = []`))
            ).toEqual([]);
            const { rules } = protectionOf([name]);
            expect(changing.filter((tool) => !rules.includes(`${name}.${tool.name}`))).toEqual([]);
            expect(client.managed).toBeDefined();
            expect(client.moved).toBeDefined();
            expect(clientsIn(folder({ [client.file.project]: '' }))).toEqual([name]);
        }
    });

    test('is on the page', () => {
        const page = read('docs/hooks.md');
        expect(page).toContain(`\`${name}\``);
        expect(page).toContain(client.title);
        if (client.moved) {
            expect(page).toContain(client.moved.variable);
        }
    });
});
