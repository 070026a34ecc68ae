/**
 * Compares an inventory with the current lists of its servers: finds the changes, and the smallest edits that update
 * it.
 */
import { counted } from '../../../../model/text/plural.js';
import { CstUtils, type LangiumDocument } from 'langium';
import type { PolicyFile, Server } from '../../../../../language/generated/ast.js';
import { isServer } from '../../../../../language/generated/ast.js';
import { type NamedServer, printServer } from '../../../tool-lists/inventory.js';
import { NOTHING_SAID, printTool, saysNothing } from '../../../tool-lists/tool-text.js';
import { type Change, CHANGES, type Edit, type RefreshResult } from './change.js';
import { refreshedTool } from './tool.js';
import { writtenTool } from './written.js';

/**
 * Servers of the inventory whose lists were not given stay unchanged, and so do the author's additions to the others.
 */
export function refreshed(document: LangiumDocument<PolicyFile>, servers: readonly NamedServer[]): RefreshResult {
    const text = document.textDocument.getText();
    const declared = document.parseResult.value.elements.filter(isServer);
    const parts = servers.map((said) => {
        const server = declared.find(({ name }) => name === said.name);
        return server ? refreshedServer(server, said, text) : newServer(document, said, text);
    });
    const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
    return {
        changes: parts.flatMap(({ changes }) => changes).sort((a, b) => a.node.offset - b.node.offset),
        edits: parts
            .flatMap(({ edits }) => edits)
            .map((edit) => ({ ...edit, text: edit.text.replace(/\r?\n/g, lineEnd) }))
    };
}

function refreshedServer(server: Server, said: NamedServer, text: string): RefreshResult {
    const node = server.$cstNode!;
    const changes: Change[] = [];
    const edits: Edit[] = [];
    for (const tool of server.tools) {
        const written = writtenTool(tool, text);
        const now = said.tools.find(({ name }) => name === tool.name);
        if (now) {
            const part = refreshedTool(written, now, text);
            changes.push(...part.changes);
            edits.push(...part.edits);
        } else if (written.digest && !written.gone && !said.incomplete) {
            const message = `tool \`${tool.name}\` is gone: remove it together with the rules that name it`;
            changes.push({ code: CHANGES.gone, message, node: written.node });
            edits.push({ start: written.node.offset, end: written.node.offset, text: '@gone ' });
        }
    }
    const added = said.tools.filter(({ name }) => !server.tools.some((tool) => tool.name === name));
    for (const tool of added) {
        changes.push({ code: CHANGES.added, message: `tool \`${tool.name}\` is new`, node });
    }
    if (added.length > 0) {
        const close = CstUtils.flattenCst(node).toArray().at(-1)!.offset;
        const lineStart = text.lastIndexOf('\n', close - 1) + 1;
        const isAlone = text.slice(lineStart, close).trim() === '';
        const tools = `${added.map((tool) => printTool(tool)).join('\n')}\n`;
        const at = isAlone ? lineStart : close;
        edits.push({ start: at, end: at, text: isAlone ? tools : `\n${tools}` });
    }
    const note = text.slice(node.offset, node.end).indexOf(NOTHING_SAID);
    if (note >= 0 && !said.tools.every(saysNothing)) {
        const start = node.offset + note;
        edits.push({ start, end: start + NOTHING_SAID.length, text: '' });
    }
    return { changes, edits };
}

function newServer(document: LangiumDocument<PolicyFile>, said: NamedServer, text: string): RefreshResult {
    const message = `server \`${said.name}\` is new, with ${counted(said.tools.length, 'tool')}`;
    const node = document.parseResult.value.$cstNode!;
    const gap = text.endsWith('\n') || text === '' ? '\n' : '\n\n';
    return {
        changes: [{ code: CHANGES.added, message, node }],
        edits: [{ start: text.length, end: text.length, text: `${gap}${printServer(said)}\n` }]
    };
}
