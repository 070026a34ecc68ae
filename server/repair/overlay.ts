import type { FileSystemProvider, URI } from 'langium';

/** The editor's text takes precedence over the file on disk. */
export function overlay(texts: ReadonlyMap<string, string>, disk: FileSystemProvider): FileSystemProvider {
    const has = (uri: URI): boolean => texts.has(uri.toString());
    return {
        stat: (uri) => disk.stat(uri),
        statSync: (uri) => disk.statSync(uri),
        exists: async (uri) => has(uri) || disk.exists(uri),
        existsSync: (uri) => has(uri) || disk.existsSync(uri),
        readBinary: (uri) => disk.readBinary(uri),
        readBinarySync: (uri) => disk.readBinarySync(uri),
        readFile: async (uri) => texts.get(uri.toString()) ?? disk.readFile(uri),
        readFileSync: (uri) => texts.get(uri.toString()) ?? disk.readFileSync(uri),
        readDirectory: (uri) => disk.readDirectory(uri),
        readDirectorySync: (uri) => disk.readDirectorySync(uri)
    };
}
