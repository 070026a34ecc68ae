import { URI } from 'langium';
import { NodeFileSystemProvider } from 'langium/node';
import { lstat, realpath } from 'node:fs/promises';
import type { LinkedFiles } from '../../../language/files/packages.js';
import { MAX_POLICY_BYTES } from '../../workspace/file-limits.js';
import { readRegularFile } from '../../workspace/regular-file.js';

/** Reads the files of this machine. If a folder entry or an import leads to a pipe, it must not block the server. */
export class Disk extends NodeFileSystemProvider implements LinkedFiles {
    override readBinarySync(uri: URI): Uint8Array {
        return readRegularFile(uri.fsPath, MAX_POLICY_BYTES);
    }

    override async readBinary(uri: URI): Promise<Uint8Array> {
        return Promise.resolve(this.readBinarySync(uri));
    }

    override readFileSync(uri: URI): string {
        return new TextDecoder().decode(this.readBinarySync(uri));
    }

    override async readFile(uri: URI): Promise<string> {
        return Promise.resolve(this.readFileSync(uri));
    }

    async realPath(uri: URI): Promise<URI> {
        return URI.file(await realpath(uri.fsPath));
    }

    hasEntry(uri: URI): Promise<boolean> {
        return lstat(uri.fsPath).then(
            () => true,
            () => false
        );
    }
}
