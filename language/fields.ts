import type { ReferenceInfo, Scope } from 'langium';
import { AstUtils, MapScope } from 'langium';
import type { Param, SessionConstant } from './generated/ast.js';
import * as ast from './generated/ast.js';
import type { GuardrailServices } from './module.js';
import { GuardrailScopeProvider } from './scopes.js';
import { membersOf, valuesOf } from './terms.js';

/** What a name after a dot may mean. A class of its own, since the types of terms need names themselves. */
export class FieldScopeProvider extends GuardrailScopeProvider {
    constructor(private readonly shared: GuardrailServices) {
        super(shared);
    }

    override getScope(context: ReferenceInfo): Scope {
        const members = this.members(context);
        return members
            ? new MapScope(
                  members
                      .filter((member) => member.name)
                      .map((member) => this.descriptions.createDescription(member, member.name))
              )
            : super.getScope(context);
    }

    private members({ container, property }: ReferenceInfo): (Param | SessionConstant)[] | undefined {
        const inventory = this.shared.inventory.of(AstUtils.getDocument(container));
        if (property !== 'field') {
            return undefined;
        }
        if (ast.isLatest(container) || ast.isTotal(container)) {
            return container.event ? valuesOf(container.event, container.result, inventory) : [];
        }
        return ast.isFieldAccess(container) ? membersOf(container.of, inventory) : undefined;
    }
}
