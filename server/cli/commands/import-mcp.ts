/** `guardrail import mcp`: an inventory from lists of tools. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { CliError, EXIT, type ExitCode, systemReason } from '../errors.js';
import { type NamedServer, printInventory } from '../mcp/inventory.js';
import { type McpServer, readToolLists } from '../mcp/tool-list.js';
import { assertWritable, writeAtomically } from '../output.js';
import { decodePolicyText } from '../policy-text.js';
import { hang } from '../reports/layout.js';
import type { Terminal } from '../terminal.js';
import { diagnosticsOf, PolicyWorkspace } from '../workspace.js';

export interface ImportMcpOptions {
    /** Which of several servers; for a list without a name, what to call its server. */
    readonly server?: readonly string[];
    readonly output?: string;
    readonly force: boolean;
}

export async function importMcp(file: string, options: ImportMcpOptions, terminal: Terminal): Promise<ExitCode> {
    const target = options.output === undefined ? undefined : resolve(terminal.cwd, options.output);
    if (target !== undefined) {
        assertMayWrite(target, options.output ?? target, options.force);
    }
    const servers = choose(readToolLists(readJson(resolve(terminal.cwd, file), file)), options.server ?? [], file);
    const text = printInventory(servers, basename(file));
    await assertValid(text);
    for (const server of servers.filter((candidate) => candidate.incomplete)) {
        const warning = `the list of ${server.name} goes on (it has a nextCursor): fetch the other pages too, and import all of them`;
        terminal.writeError(`${hang('warning: ', warning, terminal.errorStyle).join('\n')}\n`);
    }
    if (target === undefined) {
        terminal.output.write(text);
    } else {
        writeAtomically(target, text);
    }
    await terminal.output.finished();
    return EXIT.ok;
}

function assertMayWrite(target: string, shown: string, force: boolean): void {
    assertWritable(target);
    if (existsSync(target) && !force) {
        throw new CliError(
            'GR910',
            `${shown} exists already, and what was added to it by hand would be lost`,
            'Write to another file, or add --force to overwrite it.'
        );
    }
}

function readJson(path: string, shown: string): unknown {
    let bytes: Uint8Array;
    try {
        bytes = readFileSync(path);
    } catch (error) {
        throw new CliError('GR904', `${shown} cannot be read: ${systemReason(error)}`, 'Check the path.');
    }
    const text = decodePolicyText(bytes);
    try {
        return JSON.parse(text);
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new CliError(
            'GR908',
            `${shown} is not JSON: ${why}`,
            'Save the answer of the server to `tools/list` as it is.'
        );
    }
}

function choose(servers: readonly McpServer[], names: readonly string[], file: string): NamedServer[] {
    const [only] = servers;
    if (servers.length === 1 && only?.name === undefined) {
        if (names.length > 1) {
            throw new CliError(
                'GR902',
                `${file} is the list of one server, and ${names.length} names are given`,
                'Give one --server NAME.'
            );
        }
        return [{ ...only!, name: names[0] ?? nameOfFile(file) }];
    }
    const named = servers.map((server, i) => ({ ...server, name: server.name ?? `server${i + 1}` }));
    const known = named.map((server) => server.name);
    const repeated = known.find((name, i) => known.indexOf(name) !== i);
    if (repeated !== undefined) {
        throw new CliError('GR908', `${file} lists the server "${repeated}" twice`, 'Remove one of the two.');
    }
    const missing = names.find((name) => !known.includes(name));
    if (missing !== undefined) {
        throw new CliError('GR902', `${file} has no server "${missing}"`, `Its servers are ${known.join(', ')}.`);
    }
    return names.length === 0 ? named : named.filter((server) => names.includes(server.name));
}

/** `tools/github-tools.json` is the server `github-tools`. */
function nameOfFile(file: string): string {
    return basename(file, extname(file)) || 'server';
}

/** An inventory that the language itself rejects is a fault of the importer, and must not be handed out. */
async function assertValid(text: string): Promise<void> {
    const document = await new PolicyWorkspace().loadText(text, 'inventory.guardrail');
    const [first] = diagnosticsOf(document).filter((diagnostic) => diagnostic.severity === 'error');
    if (first) {
        throw new Error(`the inventory would have an error in line ${first.source.start.line + 1}: ${first.message}`);
    }
}
