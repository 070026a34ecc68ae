/** Makes repairs of a text, and the resulting text when one of them is applied. */
import { NodeFileSystem } from 'langium/node';
import { expect } from 'vitest';
import { needsRepair } from '../../server/checker/results/verdict-words.js';
import type { PolicyResult } from '../../server/checker/results/result.js';
import { PolicyWorkspace } from '../../server/workspace/policy-workspace.js';
import { diagnosticsOf } from '../../server/workspace/diagnostics.js';
import type { Policy } from '../../server/model/policy/policy.js';
import {
    PolicyEditor,
    type Repair,
    type RepairOptions,
    type RepairResult,
    repairsOf
} from '../../server/repair/index.js';
import { checkedUntimed } from '../support/checked.js';

export interface Repaired {
    readonly policy: Policy;
    readonly result: PolicyResult;
    /** The repairs of each broken claim. */
    readonly repairs: readonly RepairResult[];
}

/** @param path the path of the file, or of a file next to which imports are found */
export async function repaired(text: string, path: string, options: RepairOptions = {}): Promise<Repaired> {
    const policy = await policyOf(text, path);
    const result = checkedUntimed(policy);
    const uri = `file://${path}`;
    const editor = await PolicyEditor.open(uri, text, NodeFileSystem.fileSystemProvider());
    const repairs: RepairResult[] = [];
    for (const claim of result.claims.filter((one) => one.verdict === 'violated' || needsRepair(one))) {
        repairs.push(await repairsOf(editor, policy, result, claim, options));
    }
    return { policy, result, repairs };
}

/** The text with the edits of a repair, as an editor applies them. */
export function edited(text: string, { edits }: Repair): string {
    const starts = text
        .split('\n')
        .reduce<number[]>((all, line) => [...all, all[all.length - 1]! + line.length + 1], [0]);
    const offsetOf = ({ line, character }: { line: number; character: number }): number => starts[line]! + character;
    return [...edits].reverse().reduce((all, { source, text: inserted }) => {
        return all.slice(0, offsetOf(source.start)) + inserted + all.slice(offsetOf(source.end));
    }, text);
}

/** Shared by all texts, because a new workspace reads the built-in files and learns to parse, which takes longer than a text. */
const workspace = new PolicyWorkspace();

/** The policy, read through a workspace that is independent of repairs. */
export async function policyOf(text: string, path: string): Promise<Policy> {
    const document = await workspace.loadTextAt(text, path);
    const errors = diagnosticsOf(document).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ message }) => message)).toEqual([]);
    return workspace.policyOf(document);
}
