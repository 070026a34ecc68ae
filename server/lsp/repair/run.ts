import type { FileSystemProvider } from 'langium';
import { CheckCancelled } from '../../checker/check.js';
import { overlay, PolicyEditor, repairsOf } from '../../repair/index.js';
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
