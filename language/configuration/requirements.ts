/** Remembers what the configurations of a policy require of its claims, for code that runs after validation. */
import { type AstNode, AstUtils, type LangiumDocument } from 'langium';
import type { ScopeName } from '../../server/model/policy/scope-names.js';
import type * as ast from '../generated/ast.js';
import { type Instance, instanceOf } from '../packs/instances.js';
import type { RequiredPack } from './required-packs.js';

/**
 * True if an element comes from a pack that a configuration requires of the policy, without an exception in force. Known once the
 * policy is validated.
 */
export function isOfRequiredPack(node: AstNode): boolean {
    return requiredAround(instanceOf(node)).length > 0;
}

/** The scopes that may be accepted for a claim of a required pack; undefined for any other claim, for which all may. */
export function acceptableFor(claim: ast.Claim): readonly ScopeName[] | undefined {
    return acceptableOf(instanceOf(claim));
}

/** The same for all claims of an instance of a pack. */
export function acceptableOf(instance: Instance | undefined): readonly ScopeName[] | undefined {
    const lists = requiredAround(instance).flatMap(({ acceptable }) => (acceptable ? [acceptable] : []));
    return lists.length === 0 ? undefined : lists.reduce((one, other) => one.filter((name) => other.includes(name)));
}

/** Notes what the configurations of a policy require of it, once that is known. */
export function setRequirements(document: LangiumDocument, required: readonly RequiredPack[]): void {
    requirements.set(
        document,
        required.filter(({ exception }) => !exception || exception.refused !== undefined)
    );
}

/** The requirements that apply to this instance or to one that contains it. */
function requiredAround(of: Instance | undefined): RequiredPack[] {
    const required = (of && requirements.get(AstUtils.getDocument(of.use))) ?? [];
    const packs = new Set<ast.Pack>();
    for (let instance = of; instance; instance = instance.parent) {
        packs.add(instance.pack);
    }
    return required.filter((one) => one.packs.some((pack) => packs.has(pack)));
}

const requirements = new WeakMap<LangiumDocument, readonly RequiredPack[]>();
