/** Repairs that limits cut off: each is for one violated claim, and can be repeated with other limits. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NodeFileSystem } from 'langium/node';
import { checkPolicy } from '../../../server/checker/check.js';
import type { PolicyResult } from '../../../server/checker/results/result.js';
import type { Policy } from '../../../server/model/policy/policy.js';
import { PolicyEditor, type RepairResult, repairsOf } from '../../../server/repair/index.js';
import { policyOf } from '../repairs.js';

/** An unchanged policy, checked with the usual limits. */
export interface Original {
    readonly path: string;
    readonly text: string;
    readonly policy: Policy;
    readonly result: PolicyResult;
}

export interface Piece {
    readonly name: string;
    readonly original: Original;
    readonly propose: () => Promise<RepairResult>;
}

/** @param file a file name next to this file, or a path relative to it */
export async function piecesOf(name: string, file: string): Promise<Piece[]> {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const text = readFileSync(path, 'utf8');
    const policy = await policyOf(text, path);
    const original = { path, text, policy, result: checkPolicy(policy) };
    const editor = await PolicyEditor.open(`file://${path}`, text, NodeFileSystem.fileSystemProvider());
    return original.result.claims
        .filter(({ verdict }) => verdict === 'violated')
        .map((claim) => ({
            name: `${name}, ${claim.name}`,
            original,
            propose: () => repairsOf(editor, policy, original.result, claim)
        }));
}
