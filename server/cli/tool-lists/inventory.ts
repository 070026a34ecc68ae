/** An inventory in the language, from lists of MCP tools. The same lists give the same text. */
import { MAX_FILE_LENGTH } from '../../../language/parser/tokens.js';
import { CodedError } from '../../workspace/errors.js';
import { grouped } from '../terminal/layout.js';
import type { Marks } from '../../workspace/tool-marks.js';
import { marksOf } from './marks.js';
import type { McpServer } from './tool-list.js';
import { INDENT, NOTHING_SAID, printTool, saysNothing, visible, writtenName } from './tool-text.js';

export interface NamedServer extends McpServer {
    readonly name: string;
}

/** The labels of marks, and of guesses at what tools read. */
export const LABELS = `label private // what only you should know
label untrusted // what strangers may have written
`;

/**
 * @param origin names the source in the first comment; it must not depend on the machine
 * @param marks what the author knows of the tools
 */
export function printInventory(servers: readonly NamedServer[], origin: string, marks?: Marks): string {
    const head = [
        `// Written by \`guardrail import mcp\` from ${visible(origin)}.`,
        '// A trait after `hint` is only what the server claims: rules that forbid count it as true, rules',
        '// that allow do not. Drop the word `hint` where you know the trait to be true, and the trait where',
        '// it is false. The list does not state what data a tool returns: add `reads LABEL` if it matters.'
    ];
    const labels = marks ? [LABELS.trimEnd()] : [];
    return [head.join('\n'), ...labels, ...servers.map((server) => printServer(server, marks))].join('\n\n') + '\n';
}

/** Throws a `CodedError` (GR908) for an inventory that is too long for a file of the language. */
export function assertFits(inventory: string): void {
    if (inventory.length > MAX_FILE_LENGTH) {
        throw new CodedError(
            'GR908',
            `the inventory would have ${grouped(inventory.length)} characters, and a file has at most ${grouped(MAX_FILE_LENGTH)}`,
            'Import the servers into files of their own with --server NAME, or leave tools out of the list.'
        );
    }
}

export function printServer(server: NamedServer, marks?: Marks): string {
    const notes = server.incomplete
        ? [`${INDENT}// Incomplete: the list had a nextCursor, further pages are missing.\n`]
        : [];
    const isMarked = server.tools.some((tool) => marksOf(marks, server.name, tool));
    const isSilent = !isMarked && server.tools.length > 1 && server.tools.every(saysNothing);
    if (isSilent) {
        notes.push(NOTHING_SAID);
    }
    const tools = server.tools.map((tool) => printTool(tool, isSilent, marksOf(marks, server.name, tool)));
    return `server ${writtenName(server.name)} {\n${notes.join('')}${tools.join('\n')}${tools.length > 0 ? '\n' : ''}}`;
}
