/** Remembers what the configurations of a policy require of its claims, for code that runs after validation. */
import type { AstNode, LangiumDocument } from 'langium';
import { AstUtils } from 'langium';
import type { ScopeName } from '../../server/model/policy/scope-names.js';
import type * as ast from '../generated/ast.js';
import { type Instance, instanceOf } from '../packs/instances.js';
import { acceptableScopes, type Configurations } from './configurations.js';
import type { RequiredPack } from './required-packs.js';

/**
 * True if an element comes from a pack that a configuration requires of the policy, without an exception in force. Known once the
 * policy is validated.
 */
export function isOfRequiredPack(node: AstNode): boolean {
    return isRequired(instanceOf(node));
}

/** The same for an instance of a pack. */
export function isRequired(of: Instance | undefined): boolean {
    const packs = of && requirements.get(AstUtils.getDocument(of.use))?.packs;
    for (let instance = packs && of; instance; instance = instance.parent) {
        if (packs!.has(instance.pack)) {
            return true;
        }
    }
    return false;
}

/** The scopes that may be accepted for a claim of a required pack; undefined for any other claim, for which all may. */
export function acceptableFor(claim: ast.Claim): readonly ScopeName[] | undefined {
    const instance = instanceOf(claim);
    return instance && isRequired(instance)
        ? requirements.get(AstUtils.getDocument(instance.use))?.acceptable
        : undefined;
}

/** Notes what the configurations of a policy require of it, once that is known. */
export function setRequirements(
    document: LangiumDocument,
    required: readonly RequiredPack[],
    { given }: Configurations
): void {
    const inForce = required.filter(({ exception }) => !exception || exception.refused !== undefined);
    const packs = new Set(inForce.flatMap(({ packs }) => packs));
    requirements.set(document, { packs, ...(given.length > 0 && { acceptable: acceptableScopes(given) }) });
}

interface Requirements {
    readonly packs: ReadonlySet<ast.Pack>;
    readonly acceptable?: readonly ScopeName[];
}

const requirements = new WeakMap<LangiumDocument, Requirements>();
