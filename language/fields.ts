import type { ReferenceInfo, Scope } from 'langium';
import { AstUtils, MapScope } from 'langium';
import * as ast from './generated/ast.js';
import type { GuardrailServices } from './module.js';
import { GuardrailScopeProvider } from './scopes.js';
import { declaredTypes, fieldsOf } from './terms.js';

/** `x.y`: the fields of the record that x is. A class of its own, since the types of terms need names themselves. */
export class FieldScopeProvider extends GuardrailScopeProvider {
    constructor(private readonly shared: GuardrailServices) {
        super(shared);
    }

    override getScope(context: ReferenceInfo): Scope {
        const { container } = context;
        if (!ast.isFieldAccess(container)) {
            return super.getScope(context);
        }
        const inventory = this.shared.inventory.of(AstUtils.getDocument(container));
        const fields = declaredTypes(container.of, inventory).flatMap(fieldsOf);
        return new MapScope(
            fields.filter((field) => field.name).map((field) => this.descriptions.createDescription(field, field.name))
        );
    }
}
