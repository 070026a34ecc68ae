/** `guardrail import mcp`: writes an inventory from lists of tools. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { assertFits, type NamedServer, printInventory } from '../../tool-lists/inventory.js';
import { configuredServers, readSource, type SourceOptions } from '../../tool-lists/source.js';
import { assertWritable, writeAtomically } from '../../terminal/output.js';
import type { CheckFormat } from '../../reports/formats.js';
import type { ListedTool } from '../../../workspace/tool-marks.js';
import { assertMarked, guessedLabels, readMarks } from '../../tool-lists/marks.js';
import { hintsOf, visible } from '../../tool-lists/tool-text.js';
import { printedJson } from '../../../workspace/printed-json.js';
import { hang } from '../../terminal/layout.js';
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
    /** The path of a file with facts that the author knows about the tools. */
    readonly marks?: string;
    /** True to write the lists of tools as JSON, which is a source too. */
    readonly list?: boolean;
    /** The folder of the program. */
    readonly folder: URL;
}

export async function importMcp(options: ImportMcpOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, version } = terminal;
    const { output, mode, format, folder } = options;
    const around = { cwd, version, env: process.env, folder };
    if (mode !== undefined) {
        if (options.list || options.marks !== undefined) {
            const flag = options.list ? '--list' : '--marks';
            throw new CodedError(
                'GR902',
                `${flag} is not for an inventory that exists`,
                `Leave out ${flag} or --${mode}.`
            );
        }
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
    const marks = options.marks === undefined ? undefined : readMarks(resolve(cwd, options.marks), options.marks);
    const { servers, origin } = await readSource(options, around);
    if (marks) {
        assertMarked(marks, servers);
    }
    const text = options.list ? printedLists(servers) : printInventory(servers, origin, marks);
    if (!options.list) {
        assertFits(text);
        await assertValid(text);
    }
    for (const server of servers.filter((candidate) => candidate.incomplete)) {
        const warning = `the list of ${server.name} is incomplete (it has a nextCursor): fetch the other pages too, and import all of them`;
        terminal.writeError(`${hang('warning: ', warning, terminal.errorStyle).join('\n')}\n`);
    }
    if (target === undefined) {
        terminal.output.write(text);
    } else {
        writeAtomically(target, text);
    }
    return EXIT.ok;
}

/**
 * The answers of the servers to `tools/list`, with their names. For an author who marks the tools, `about` has the
 * traits that each server claims, and guesses at what each tool reads.
 */
function printedLists(servers: readonly NamedServer[]): string {
    return printedJson(
        servers.map(({ name, tools, incomplete }) => ({
            server: name,
            tools: tools.map(({ definition }) => definition),
            about: tools.map((tool): ListedTool => {
                const { annotations, description } = tool;
                return {
                    name: tool.name,
                    ...(description !== undefined && { description: visible(description) }),
                    hints: hintsOf(annotations).traits,
                    reads: guessedLabels(annotations.openWorldHint)
                };
            }),
            ...(incomplete && { nextCursor: 'more' })
        }))
    );
}

/** The servers of a client's configuration, none of which is started. */
export function listServers(config: string, { cwd, output }: Terminal): ExitCode {
    const servers = configuredServers(config, { cwd, env: process.env });
    output.write(printedJson(servers));
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
