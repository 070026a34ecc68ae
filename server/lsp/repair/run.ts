import type { FileSystemProvider, URI } from 'langium';
import { CheckCancelled } from '../../checker/check.js';
import { PolicyEditor, repairsOf } from '../../repair/index.js';
import type { RepairOrder, RepairReport } from './host.js';

/**
 * Carries out one order, in a worker of any kind.
 *
 * @param disk has what the editor has not open
 * @param isCancelled asked often; the report is `cancelled` once it says yes
 */
export async function runRepair(
    order: RepairOrder,
    disk: FileSystemProvider,
    isCancelled: () => boolean = () => false
): Promise<RepairReport> {
    const { uri, texts, policy, baseline, claim, timeoutMs } = order;
    const known = new Map(texts);
    try {
        const editor = await PolicyEditor.open(uri, known.get(uri) ?? '', overlay(known, disk));
        return {
            kind: 'done',
            result: await repairsOf(editor, policy, baseline, claim, { timeoutMs, isCancelled })
        };
    } catch (error) {
        if (error instanceof CheckCancelled) {
            return { kind: 'cancelled' };
        }
        return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
    }
}

/** What the editor has comes before what the disk has. */
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
