/** The policy of an enforcing gateway, read in the same way as by `guardrail check`. */
import { relative } from 'node:path';
import { configurationsOf, type MoreConfigurations } from '../../language/configuration/configurations.js';
import { isServer } from '../../language/generated/ast.js';
import type { LoadedPolicy } from '../gateway/events.js';
import { loaded } from '../gateway/prepared.js';
import type { Policy } from '../model/policy/policy.js';
import { hashOf } from '../workspace/hash.js';
import { loadNamed, policyIn } from '../workspace/load-policy.js';
import { type PolicyDocument, PolicyFileSystem, PolicyWorkspace } from '../workspace/policy-workspace.js';

export interface EnforcedPolicy {
    readonly model: Policy;
    /** The same policy, for `createGateway`. */
    readonly loaded: LoadedPolicy;
    /** `sha256:…` of the texts of the file and of its imports; it does not depend on the folder that they are in. */
    readonly digest: string;
    readonly servers: readonly string[];
    /** The paths of the file and of its imports. */
    readonly files: readonly string[];
    /** The texts of the file and of its imports, by their URIs. */
    readonly texts: ReadonlyMap<string, string>;
    /**
     * For each `server.tool`, the digest of the definition that `guardrail import` wrote; tools without a digest are
     * absent.
     */
    readonly pins: ReadonlyMap<string, string>;
}

/**
 * Throws a `CodedError` if the file cannot be read, is an inventory, or has an error, including in its imports.
 *
 * @param configurations those that apply in addition to those in the folders above the policy
 */
export async function readPolicy(
    file: string,
    cwd: string,
    configurations: MoreConfigurations = {}
): Promise<EnforcedPolicy> {
    const files = new PolicyFileSystem();
    configurationsOf(files).more = configurations;
    const workspace = new PolicyWorkspace(files);
    const document = await loadNamed(workspace, file, cwd);
    const model = policyIn(workspace, document, file);
    const imports = workspace.importsOf(document);
    const servers = [document, ...imports].flatMap(({ parseResult }) => parseResult.value.elements.filter(isServer));
    const pins = servers.flatMap(({ name: server, tools }) =>
        tools.flatMap(({ name, annotations }) => {
            const digest = annotations.find((annotation) => annotation.name === 'digest')?.values[0]?.text;
            return digest === undefined ? [] : [[`${server}.${name}`, digest] as const];
        })
    );
    return {
        model,
        loaded: loaded(model),
        digest: digestOf(document, imports),
        files: [document, ...imports].map(({ uri }) => uri.fsPath),
        texts: new Map([document, ...imports].map((one) => [one.uri.toString(), one.textDocument.getText()])),
        servers: [...new Set(servers.map(({ name }) => name))],
        pins: new Map(pins)
    };
}

function digestOf(document: PolicyDocument, imports: readonly PolicyDocument[]): string {
    const texts = imports.map((one) => [relative(document.uri.path, one.uri.path), one.textDocument.getText()]).sort();
    return `sha256:${hashOf(JSON.stringify([document.textDocument.getText(), texts]))}`;
}
