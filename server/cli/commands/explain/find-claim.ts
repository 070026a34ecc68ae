/** Finds a claim by name in the given files. */
import type * as ast from '../../../../language/generated/ast.js';
import { nearby } from '../../../../language/text/spelling.js';
import type { Claim, Policy } from '../../../model/policy/policy.js';
import { CodedError } from '../../../workspace/errors.js';
import { type Selector, selectFiles } from '../../selection/files.js';
import type { TimeLimit } from '../../time-limit.js';
import { displayPath } from '../../../workspace/display-path.js';
import { loadPolicyIn } from '../../../workspace/load-policy.js';
import { type PolicyDocument, PolicyWorkspace } from '../../../workspace/policy-workspace.js';

/** The maximum number of names suggested for an unknown one. */
const MOST_NAMED = 5;

export interface FoundClaim {
    /** The path relative to the working directory. */
    readonly path: string;
    readonly document: PolicyDocument;
    readonly policy: Policy;
    readonly claim: Claim;
    /** The claim as written; if it comes from a pack, with the arguments of its use. */
    readonly node: ast.Claim;
}

/**
 * Rejects with a `CodedError` if there is no such claim, if there are several, or if the time ended before all files
 * were read.
 */
export async function findClaim(
    name: string,
    select: Selector,
    timeLimit: TimeLimit | undefined,
    cwd: string
): Promise<FoundClaim> {
    const { files, errors } = selectFiles(select, cwd);
    const [missing] = errors;
    if (missing) {
        throw missing;
    }
    const workspace = new PolicyWorkspace();
    const all: FoundClaim[] = [];
    const broken: CodedError[] = [];
    for (const file of files) {
        if (timeLimit?.isOver()) {
            throw timeLimit.errorBefore('the claim was found');
        }
        try {
            all.push(...(await claimsIn(workspace, displayPath(file, cwd), cwd)));
        } catch (error) {
            if (!(error instanceof CodedError)) {
                throw error;
            }
            broken.push(error);
        }
    }
    const named = all.filter(({ claim }) => claim.name === name);
    const alike = named.length > 0 ? named : all.filter(({ claim }) => lower(claim.name) === lower(name));
    const [found, other] = alike;
    if (found && !other) {
        return found;
    }
    if (found) {
        const paths = alike.map(({ path }) => path).join(', ');
        throw new CodedError(
            'GR907',
            `several policies have a claim "${found.claim.name}": ${paths}`,
            `Name the file: guardrail explain "${found.claim.name}" ${found.path}`
        );
    }
    // If a file that the user named is invalid, that is the reason to report.
    if (files.length === 1 && broken[0]) {
        throw broken[0];
    }
    throw new CodedError('GR907', `no policy has a claim "${name}"`, helpFor(name, all, broken.length));
}

function helpFor(name: string, all: readonly FoundClaim[], broken: number): string {
    const names = [...new Set(all.map(({ claim }) => claim.name))];
    const near = nearby(name, names);
    const within = names.filter((known) => lower(known).includes(lower(name)));
    const meant = [...new Set([...near, ...within])].slice(0, MOST_NAMED).map((one) => `"${one}"`);
    const some = names.slice(0, MOST_NAMED).map((one) => `"${one}"`);
    const more = names.length - some.length;
    const known =
        meant.length > 0
            ? `Did you mean ${meant.join(' or ')}?`
            : names.length === 0
              ? 'The policies have no claims.'
              : `The claims are ${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
    return broken === 0 ? known : `${known} Files with errors were left out: ${broken}.`;
}

async function claimsIn(workspace: PolicyWorkspace, path: string, cwd: string): Promise<FoundClaim[]> {
    const loaded = await loadPolicyIn(workspace, path, cwd);
    if (!loaded) {
        return [];
    }
    const { document, policy } = loaded;
    const nodes = workspace.claimsOf(document);
    return policy.claims.map((claim, index) => ({ path, document, policy, claim, node: nodes[index]! }));
}

function lower(text: string): string {
    return text.toLowerCase();
}
