/** `guardrail import mcp`: an inventory from lists of tools. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, EXIT, type ExitCode } from '../errors.js';
import { printInventory } from '../mcp/inventory.js';
import { readSource, type SourceOptions } from '../mcp/source.js';
import { assertWritable, writeAtomically } from '../output.js';
import { hang } from '../reports/layout.js';
import type { Terminal } from '../terminal.js';
import { diagnosticsOf, PolicyWorkspace } from '../workspace.js';

export interface ImportMcpOptions extends SourceOptions {
    readonly output?: string;
    readonly force: boolean;
}

export async function importMcp(options: ImportMcpOptions, terminal: Terminal): Promise<ExitCode> {
    const target = options.output === undefined ? undefined : resolve(terminal.cwd, options.output);
    if (target !== undefined) {
        assertMayWrite(target, options.output ?? target, options.force);
    }
    const { cwd, version } = terminal;
    const { servers, origin } = await readSource(options, { cwd, version, env: process.env });
    const text = printInventory(servers, origin);
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

/** An inventory that the language itself rejects is a fault of the importer, and must not be handed out. */
async function assertValid(text: string): Promise<void> {
    const document = await new PolicyWorkspace().loadText(text, 'inventory.guardrail');
    const [first] = diagnosticsOf(document).filter((diagnostic) => diagnostic.severity === 'error');
    if (first) {
        throw new Error(`the inventory would have an error in line ${first.source.start.line + 1}: ${first.message}`);
    }
}
