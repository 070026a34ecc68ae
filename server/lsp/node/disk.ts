import { URI } from 'langium';
import { NodeFileSystemProvider } from 'langium/node';
import { realpath } from 'node:fs/promises';
import type { LinkedFiles } from '../../../language/packages.js';

/** Files of this machine. */
export class Disk extends NodeFileSystemProvider implements LinkedFiles {
    async realPath(uri: URI): Promise<URI> {
        return URI.file(await realpath(uri.fsPath));
    }
}
