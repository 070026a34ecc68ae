import { type FileSystemNode, type FileSystemProvider, type URI, UriUtils } from 'langium';
import type { Connection } from 'vscode-languageserver';
import {
    type FileEntry,
    type FileParams,
    fileStatRequest,
    readDirectoryRequest,
    readFileRequest
} from '../protocol.js';

/**
 * Reads files as the client provides them: in a virtual workspace, and wherever the server has no disk. Files are never
 * read synchronously.
 */
export class ClientFileSystem implements FileSystemProvider {
    constructor(private readonly connection: Connection) {}

    async stat(uri: URI): Promise<FileSystemNode> {
        return { uri, ...kindOf(await this.ask<FileEntry>(fileStatRequest, uri)) };
    }

    async exists(uri: URI): Promise<boolean> {
        return this.stat(uri).then(
            () => true,
            () => false
        );
    }

    async readFile(uri: URI): Promise<string> {
        const text = await this.ask<unknown>(readFileRequest, uri);
        if (typeof text !== 'string') {
            // Some clients answer requests that they do not know with null.
            throw new Error(`The client has no file ${uri.toString()}.`);
        }
        return text;
    }

    async readBinary(uri: URI): Promise<Uint8Array> {
        return new TextEncoder().encode(await this.readFile(uri));
    }

    async readDirectory(uri: URI): Promise<FileSystemNode[]> {
        const entries = await this.ask<readonly FileEntry[]>(readDirectoryRequest, uri);
        return entries.map((entry) => ({ uri: UriUtils.joinPath(uri, entry.name), ...kindOf(entry) }));
    }

    statSync = refuse;
    existsSync = (): boolean => false;
    readBinarySync = refuse;
    readFileSync = refuse;
    readDirectorySync = refuse;

    private ask<T>(request: string, uri: URI): Promise<T> {
        return this.connection.sendRequest<T>(request, { uri: uri.toString() } satisfies FileParams);
    }
}

function kindOf({ kind }: FileEntry): Pick<FileSystemNode, 'isFile' | 'isDirectory'> {
    return { isFile: kind === 'file', isDirectory: kind === 'folder' };
}

function refuse(): never {
    throw new Error('The files of the client cannot be read without waiting for it.');
}
