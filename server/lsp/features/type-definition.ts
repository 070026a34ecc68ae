import type { AstNode, LangiumDocument } from 'langium';
import type { TypeDefinitionProvider } from 'langium/lsp';
import type { LocationLink, TypeDefinitionParams } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import type { Inventory } from '../../../language/names/inventory.js';
import { declaredTypes } from '../../../language/types/terms.js';
import type { LanguageServices } from '../services.js';
import type { ReferenceServices } from './references/references.js';
import { linksTo } from './references/locations.js';

/** Goes from a value to its type: the entity, or the place where the type is written; from a mode to its machine. */
export class GuardrailTypeProvider implements TypeDefinitionProvider {
    constructor(private readonly services: LanguageServices & ReferenceServices) {}

    getTypeDefinition(document: LangiumDocument, params: TypeDefinitionParams): LocationLink[] | undefined {
        const name = this.services.references.References.nameAt(document, params.position);
        const inventory = this.services.inventory.of(document);
        return (
            name &&
            linksTo(
                name.declarations.flatMap((node) => typesOf(node, inventory)),
                name.range
            )
        );
    }
}

function typesOf(node: AstNode, inventory: Inventory): AstNode[] {
    if (ast.isParam(node) || ast.isSignal(node) || ast.isSessionConstant(node)) {
        return written(node.type);
    }
    if (ast.isItem(node)) {
        const lists = declaredTypes(node.$container.list, inventory);
        return lists.flatMap((type) =>
            ast.isListType(type) ? written(type.element) : ast.isMapType(type) ? written(type.value) : []
        );
    }
    return ast.isMode(node) ? [node.$container] : [];
}

/** The place where the type is written; for a list, where the type of its elements is. */
function written(type: ast.Type | undefined): AstNode[] {
    if (ast.isListType(type)) {
        return written(type.element);
    }
    if (ast.isEntityType(type)) {
        return type.entity?.ref ? [type.entity.ref] : [];
    }
    return type ? [type] : [];
}
