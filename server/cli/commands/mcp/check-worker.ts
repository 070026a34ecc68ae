/**
 * A thread that checks policies for `guardrail mcp` (dist/mcp-worker.js); a check is cancelled by ending its thread.
 */
import { join } from 'node:path';
import type { AskedPolicy, CheckedPolicy } from '../../../assistant/tools.js';
import type { TextError } from '../../../assistant/result-text.js';
import { checkPolicy } from '../../../checker/check.js';
import { answerInNode } from '../../../threads/node/answer.js';
import { asCodedError } from '../../../workspace/errors.js';
import { displayPath } from '../../../workspace/display-path.js';
import { loadNamed } from '../../../workspace/load-policy.js';
import { type PolicyDocument, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { diagnosticsOf } from '../../../workspace/diagnostics.js';

export interface CheckOrder {
    readonly policy: AskedPolicy;
    /** The folder that paths, and the imports of a text, are relative to. */
    readonly cwd: string;
}

/** `problem`: the reason why it cannot be checked, in one sentence. */
export type CheckReply = { readonly checked: CheckedPolicy } | { readonly problem: string };

answerInNode(async (order: CheckOrder): Promise<CheckReply> =>
    check(order).then(
        (checked) => ({ checked }),
        (error: unknown) => {
            const { message, help } = asCodedError(error);
            return { problem: `${message}.${help === undefined ? '' : ` ${help}`}` };
        }
    )
);

async function check({ policy, cwd }: CheckOrder): Promise<CheckedPolicy> {
    const workspace = new PolicyWorkspace();
    const document = await ('file' in policy
        ? loadNamed(workspace, policy.file, cwd)
        : workspace.loadText(
              policy.text,
              join(cwd, '(text).guardrail').replaceAll('\\', '/').replace(/^\//, ''),
              'file'
          ));
    const uri = document.uri.toString();
    const errors = [document, ...workspace.importsOf(document)].flatMap((one) => errorsOf(one, document, cwd));
    const isPolicy = document.parseResult.value.policy !== undefined;
    return {
        uri,
        errors,
        result: errors.length === 0 && isPolicy ? checkPolicy(workspace.policyOf(document)) : null
    };
}

function errorsOf(document: PolicyDocument, asked: PolicyDocument, cwd: string): TextError[] {
    return diagnosticsOf(document)
        .filter(({ severity }) => severity === 'error')
        .map(({ code, message, source }) => ({
            code,
            message,
            range: source,
            ...(document !== asked && { file: displayPath(document.uri.fsPath, cwd) })
        }));
}
