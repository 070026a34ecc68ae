/** Loads policies for the library, in the same way as the command. */
import { resolve } from 'node:path';
import { loadPolicy, policyIn } from '../workspace/load-policy.js';
import { PolicyWorkspace } from '../workspace/policy-workspace.js';
import type { Policy } from '../model/policy/policy.js';

export function policyFromFile(path: string): Promise<Policy> {
    return loadPolicy(path, process.cwd());
}

export async function policyFromText(text: string, path: string): Promise<Policy> {
    const workspace = new PolicyWorkspace();
    const document = await workspace.loadText(text, resolve(path).replace(/^\//, ''), 'file');
    return policyIn(workspace, document, path);
}
