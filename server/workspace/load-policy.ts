/** Loads one policy, for commands that work with a single valid policy. */
import { resolve } from 'node:path';
import type { Policy } from '../model/policy/policy.js';
import { CodedError } from './errors.js';
import { type PolicyDocument, PolicyWorkspace } from './policy-workspace.js';
import { diagnosticsOf } from './diagnostics.js';

/** The document of a file that the user named. Throws a `CodedError` that names it if it cannot be read. */
export async function loadNamed(workspace: PolicyWorkspace, file: string, cwd: string): Promise<PolicyDocument> {
    return named(file, () => workspace.load(resolve(cwd, file)));
}

/** The result of `read`; a `CodedError` from it names the file. */
export async function named<T>(file: string, read: () => Promise<T>): Promise<T> {
    try {
        return await read();
    } catch (error) {
        throw error instanceof CodedError
            ? new CodedError(error.code, `${file}: ${error.message}`, error.help, error.exit, { cause: error })
            : error;
    }
}

/** Throws a `CodedError` if the file cannot be read, is an inventory, or has an error, also in its imports. */
export async function loadPolicy(file: string, cwd: string): Promise<Policy> {
    const workspace = new PolicyWorkspace();
    return policyIn(workspace, await loadNamed(workspace, file, cwd), file);
}

/** The policy of a file, with its document; undefined for an inventory. Throws a `CodedError` like `loadPolicy`. */
export async function loadPolicyIn(
    workspace: PolicyWorkspace,
    file: string,
    cwd: string
): Promise<{ readonly document: PolicyDocument; readonly policy: Policy } | undefined> {
    const document = await loadNamed(workspace, file, cwd);
    return document.parseResult.value.policy ? { document, policy: policyIn(workspace, document, file) } : undefined;
}

/**
 * The same for a loaded document.
 * @param file the display name of the file
 */
export function policyIn(workspace: PolicyWorkspace, document: PolicyDocument, file: string): Policy {
    const [problem] = [document, ...workspace.importsOf(document)]
        .flatMap(diagnosticsOf)
        .filter(({ severity }) => severity === 'error');
    if (problem) {
        throw new CodedError(
            'GR923',
            problem.code.startsWith('GR26')
                ? `${file} does not meet its configuration: ${problem.message} (${problem.code})`
                : `${file} is not a valid policy: ${problem.message}`,
            `\`guardrail check ${file}\` shows each error with its place.`
        );
    }
    if (!document.parseResult.value.policy) {
        throw new CodedError(
            'GR923',
            `${file} is an inventory: it has no \`policy\` line`,
            'Name the policy that imports it.'
        );
    }
    return workspace.policyOf(document);
}
