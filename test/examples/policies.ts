/** Reads the examples as a program does: through the command's own workspace. */
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { type Diagnostic, diagnosticsOf } from '../../server/workspace/diagnostics.js';
import { PolicyWorkspace } from '../../server/workspace/policy-workspace.js';
import type { Policy } from '../../server/model/policy/policy.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/** The paths relative to examples/, in a fixed order. */
export const files: readonly string[] = globSync('**/*.guardrail', { cwd: EXAMPLES }).sort();

export interface Example {
    readonly diagnostics: readonly Diagnostic[];
    /** The policy; undefined for an inventory. */
    readonly policy?: Policy;
}

const loaded = new Map<string, Promise<Example>>();
/** Shared by all examples, so that the files that several import are read once. It builds one at a time. */
const workspace = new PolicyWorkspace();
let last: Promise<unknown> = Promise.resolve();

/** Reads an example once for all tests of a process. */
export function load(file: string): Promise<Example> {
    const known = loaded.get(file);
    if (known) {
        return known;
    }
    const example = last.then(() => read(file));
    loaded.set(file, example);
    last = example.catch(() => undefined);
    return example;
}

export async function loadPolicy(file: string): Promise<Policy> {
    const { diagnostics, policy } = await load(file);
    if (!policy) {
        throw new Error(
            `examples/${file} is not a valid policy: ${diagnostics.map(({ message }) => message).join('; ')}`
        );
    }
    return policy;
}

async function read(file: string): Promise<Example> {
    const document = await workspace.load(EXAMPLES + file);
    const diagnostics = [document, ...workspace.importsOf(document)].flatMap(diagnosticsOf);
    const isPolicy = document.parseResult.value.policy !== undefined;
    const valid = !diagnostics.some((diagnostic) => diagnostic.severity === 'error');
    return { diagnostics, ...(isPolicy && valid && { policy: workspace.policyOf(document) }) };
}
