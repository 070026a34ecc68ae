import type { FileSystemProvider } from 'langium';
import { CheckCancelled } from '../../checker/check.js';
import { overlay, PolicyEditor, repairsOf } from '../../repair/index.js';
import type { RepairOrder, RepairReport } from './host.js';

/**
 * Executes one order, in any kind of worker.
 *
 * @param disk reads the files that are not open in the editor
 * @param isCancelled polled often; the report is `cancelled` once it returns true
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
