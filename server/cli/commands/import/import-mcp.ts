/** `guardrail import mcp`: writes an inventory from lists of tools. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { assertFits, printInventory } from '../../mcp/inventory.js';
import { readSource, type SourceOptions } from '../../mcp/source.js';
import { assertWritable, writeAtomically } from '../../terminal/output.js';
import type { CheckFormat } from '../../reports/formats.js';
import { hang } from '../../reports/layout.js';
import type { Terminal } from '../../terminal/terminal.js';
import { PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { diagnosticsOf } from '../../../workspace/diagnostics.js';
import { readInventory, refreshInventory } from './refresh-mcp.js';

export interface ImportMcpOptions extends SourceOptions {
    readonly output?: string;
    readonly force: boolean;
    /** The mode for an inventory that already exists: it is updated, or only compared. */
    readonly mode?: 'refresh' | 'check';
    readonly format: CheckFormat;
    /** The folder of the program. */
    readonly folder: URL;
}

export async function importMcp(options: ImportMcpOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, version } = terminal;
    const { output, mode, format, folder } = options;
    const around = { cwd, version, env: process.env, folder };
    if (mode !== undefined) {
        if (output === undefined) {
            throw new CodedError('GR902', `--${mode} needs the inventory`, 'Name it with --output FILE.');
        }
        const document = await readInventory(output, terminal);
        const { servers } = await readSource(options, around);
        return refreshInventory(document, servers, { file: output, mode, format, folder }, terminal);
    }
    const target = output === undefined ? undefined : resolve(cwd, output);
    if (target !== undefined) {
        assertMayWrite(target, output ?? target, options.force);
    }
    const { servers, origin } = await readSource(options, around);
    const text = printInventory(servers, origin);
    assertFits(text);
    await assertValid(text);
    for (const server of servers.filter((candidate) => candidate.incomplete)) {
        const warning = `the list of ${server.name} is incomplete (it has a nextCursor): fetch the other pages too, and import all of them`;
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
        throw new CodedError(
            'GR910',
            `${shown} already exists, and additions made by hand would be lost`,
            'Add --refresh to keep them and bring the file up to date, or --force to overwrite it.'
        );
    }
}

/** An inventory that the language itself rejects is a fault of the importer, and must not be output. */
async function assertValid(text: string): Promise<void> {
    const document = await new PolicyWorkspace().loadText(text, 'inventory.guardrail');
    const [first] = diagnosticsOf(document).filter((diagnostic) => diagnostic.severity === 'error');
    if (first) {
        throw new Error(`the inventory would have an error in line ${first.source.start.line + 1}: ${first.message}`);
    }
}
