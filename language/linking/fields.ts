import { type AstNodeDescription, AstUtils, type ReferenceInfo, type Scope } from 'langium';
import { allNamed } from '../names/by-name.js';
import * as ast from '../generated/ast.js';
import type { GuardrailServices } from '../names/inventory.js';
import { GuardrailScopeProvider, lazyScope } from './scopes.js';
import { memberLists, valueLists } from '../types/terms.js';

/** The names that may follow a dot. They have a separate class because the types of terms need names themselves. */
export class FieldScopeProvider extends GuardrailScopeProvider {
    constructor(private readonly shared: GuardrailServices) {
        super(shared);
    }

    override getScope(context: ReferenceInfo): Scope {
        const lists = this.members(context);
        if (!lists) {
            return super.getScope(context);
        }
        const describe = (member: ast.Param | ast.SessionConstant): AstNodeDescription =>
            this.descriptions.createDescription(member, member.name);
        const named = (name: string): AstNodeDescription | undefined => {
            const member = lists.flatMap((list) => allNamed(list, name)).at(-1);
            return member && describe(member);
        };
        // If two fields have the same name, the last one counts.
        const all = (): AstNodeDescription[] =>
            lists
                .flat()
                .filter(({ name }) => name)
                .reverse()
                .map(describe);
        return lazyScope(named, all);
    }

    private members({
        container,
        property
    }: ReferenceInfo): readonly (readonly (ast.Param | ast.SessionConstant)[])[] | undefined {
        const inventory = this.shared.inventory.of(AstUtils.getDocument(container));
        if (property !== 'field') {
            return undefined;
        }
        if (ast.isLatest(container) || ast.isTotal(container)) {
            return container.event ? valueLists(container.event, container.result, inventory) : [];
        }
        return ast.isFieldAccess(container) ? memberLists(container.of, inventory) : undefined;
    }
}
