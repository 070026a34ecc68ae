import type { FileSystemNode, FileSystemProvider, URI } from 'langium';
import type { LinkedFiles } from '../../../language/files/packages.js';
import { Disk } from './disk.js';

/**
 * Reads files from the disk; files with another scheme, such as those of a virtual workspace, are requested from the
 * client.
 */
export class NodeFiles implements LinkedFiles {
    private readonly disk = new Disk();

    constructor(private readonly client: FileSystemProvider) {}

    stat(uri: URI): Promise<FileSystemNode> {
        return this.of(uri).stat(uri);
    }

    statSync(uri: URI): FileSystemNode {
        return this.of(uri).statSync(uri);
    }

    exists(uri: URI): Promise<boolean> {
        return this.of(uri).exists(uri);
    }

    existsSync(uri: URI): boolean {
        return this.of(uri).existsSync(uri);
    }

    readBinary(uri: URI): Promise<Uint8Array> {
        return this.of(uri).readBinary(uri);
    }

    readBinarySync(uri: URI): Uint8Array {
        return this.of(uri).readBinarySync(uri);
    }

    readFile(uri: URI): Promise<string> {
        return this.of(uri).readFile(uri);
    }

    readFileSync(uri: URI): string {
        return this.of(uri).readFileSync(uri);
    }

    readDirectory(uri: URI): Promise<FileSystemNode[]> {
        return this.of(uri).readDirectory(uri);
    }

    readDirectorySync(uri: URI): FileSystemNode[] {
        return this.of(uri).readDirectorySync(uri);
    }

    /** Links in a virtual workspace are unknown, so a file has its own path. */
    realPath(uri: URI): Promise<URI> {
        return uri.scheme === 'file' ? this.disk.realPath(uri) : Promise.resolve(uri);
    }

    hasEntry(uri: URI): Promise<boolean> {
        return uri.scheme === 'file' ? this.disk.hasEntry(uri) : this.client.exists(uri);
    }

    private of(uri: URI): FileSystemProvider {
        return uri.scheme === 'file' ? this.disk : this.client;
    }
}
