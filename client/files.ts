/**
 * Reads files that the language server cannot read itself: it has no disk in a browser, and no access to virtual
 * workspaces.
 */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import {
    type FileEntry,
    type FileParams,
    fileStatRequest,
    readDirectoryRequest,
    readFileRequest
} from '../server/lsp/protocol.js';

export function answerFileRequests(client: BaseLanguageClient): void {
    const { fs } = vscode.workspace;
    const uriOf = ({ uri }: FileParams): vscode.Uri => client.protocol2CodeConverter.asUri(uri);
    client.onRequest(readFileRequest, async (params: FileParams) =>
        new TextDecoder().decode(await fs.readFile(uriOf(params)))
    );
    client.onRequest(fileStatRequest, async (params: FileParams) => entryOf('', (await fs.stat(uriOf(params))).type));
    client.onRequest(readDirectoryRequest, async (params: FileParams) =>
        (await fs.readDirectory(uriOf(params))).map(([name, type]) => entryOf(name, type))
    );
}

/** A link counts as its target. */
function entryOf(name: string, type: vscode.FileType): FileEntry {
    const isFolder = (type & vscode.FileType.Directory) !== 0;
    return { name, kind: isFolder ? 'folder' : (type & vscode.FileType.File) !== 0 ? 'file' : 'other' };
}
