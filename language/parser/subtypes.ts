import { GuardrailAstReflection } from '../generated/ast.js';

/**
 * Wraps the generated function: the subtypes of all types are computed at once, because validations are registered for
 * hundreds of them.
 */
export class GuardrailReflection extends GuardrailAstReflection {
    private subtypesOf: ReadonlyMap<string, readonly string[]> | undefined;

    override getAllSubTypes(type: string): string[] {
        this.subtypesOf ??= this.collectSubtypes();
        return [...(this.subtypesOf.get(type) ?? [])];
    }

    private collectSubtypes(): ReadonlyMap<string, readonly string[]> {
        const supertypes = new Map<string, ReadonlySet<string>>();
        const supertypesOf = (type: string): ReadonlySet<string> => {
            const known = supertypes.get(type);
            if (known) {
                return known;
            }
            const all = new Set([type]);
            supertypes.set(type, all);
            for (const direct of this.getTypeMetaData(type).superTypes) {
                supertypesOf(direct).forEach((one) => all.add(one));
            }
            return all;
        };
        const subtypes = new Map<string, string[]>();
        for (const type of this.getAllTypes()) {
            for (const supertype of supertypesOf(type)) {
                const known = subtypes.get(supertype);
                if (known) {
                    known.push(type);
                } else {
                    subtypes.set(supertype, [type]);
                }
            }
        }
        return subtypes;
    }
}
