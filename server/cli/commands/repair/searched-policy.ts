/** The policy for which a command searches other rules, with its verdicts. */
import { checkPolicy } from '../../../checker/check.js';
import type { PolicyResult } from '../../../checker/results/result.js';
import type { Policy } from '../../../model/policy/policy.js';
import { PolicyEditor } from '../../../repair/index.js';
import { CodedError } from '../../../workspace/errors.js';
import { loadNamed } from '../../../workspace/load-policy.js';
import { PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import type { SearchOptions } from '../../config/flags.js';
import type { FileReport } from '../../reports/check-report.js';
import { fileReportsOf } from '../../reports/file-reports.js';
import { progressOf } from '../../terminal/progress.js';
import type { Terminal } from '../../terminal/terminal.js';

export interface SearchedPolicy {
    readonly uri: string;
    readonly policy: Policy;
    readonly editor: PolicyEditor;
    readonly check: () => PolicyResult;
}

/**
 * The files of a policy, and the policy if none has errors. Rejects with a `CodedError`: GR911 for an inventory, and
 * what `loadNamed` rejects with.
 */
export async function searchedPolicy(
    name: string,
    { limits, timeLimit }: SearchOptions,
    terminal: Terminal
): Promise<{ readonly files: readonly FileReport[]; readonly searched?: SearchedPolicy }> {
    const workspace = new PolicyWorkspace();
    const document = await loadNamed(workspace, name, terminal.cwd);
    const files = fileReportsOf(document, workspace, terminal.cwd);
    const { kind, path, text } = files[0]!;
    if (files.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'))) {
        return { files };
    }
    if (kind === 'inventory') {
        throw new CodedError(
            'GR911',
            `${name} has no \`policy\` line, so it has no claims`,
            'Name a file with a `policy` line.'
        );
    }
    const uri = document.uri.toString();
    const policy = workspace.policyOf(document);
    const check = (): PolicyResult => {
        const progress = progressOf(terminal);
        const checked = checkPolicy(policy, {
            limits,
            ...(timeLimit && { total: timeLimit.total }),
            ...(progress && { onProgress: (state) => progress.show(path, state) })
        });
        progress?.restart();
        return checked;
    };
    return {
        files,
        searched: { uri, policy, check, editor: await PolicyEditor.open(uri, text, new PolicyFileSystem()) }
    };
}
