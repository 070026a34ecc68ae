/**
 * Finds fields that are written as plain names, not as references: in the data of scenarios, and after the result of a
 * source.
 */
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { selectedTools } from '../names/selectors.js';
import { fieldsOf } from './terms.js';

/** The possible fields of the data where the field is written: a result, the user's request, or a record. */
export function dataFields({ $container: owner }: ast.FieldData, inventory: Inventory): readonly ast.Param[] {
    if (ast.isCallStep(owner) || ast.isEndStep(owner)) {
        return owner.tool?.ref?.returns ?? [];
    }
    if (ast.isSaysStep(owner)) {
        // The text of the request itself is not a field of `with`.
        return inventory.elements
            .filter(ast.isRequest)
            .flatMap(({ fields }) => fields.filter(({ name }) => name !== 'text'));
    }
    if (ast.isSessionValue(owner.$container) && owner.$containerProperty === 'attributes') {
        return owner.$container.constant?.ref?.attributes ?? [];
    }
    return dataTypes(owner, inventory).flatMap(fieldsOf);
}

/** The declared types of the data, which is the value of a parameter, field, element, constant or signal. */
export function dataTypes(data: ast.Data, inventory: Inventory): ast.Type[] {
    const { $container: owner, $containerProperty: property, $containerIndex: index } = data;
    if (ast.isCallArgument(owner)) {
        return owner.param?.ref ? [owner.param.ref.type] : [];
    }
    if (ast.isFieldData(owner)) {
        const { $container: around } = owner;
        const maps = ast.isRecordData(around) ? dataTypes(around, inventory).filter(ast.isMapType) : [];
        const fields = dataFields(owner, inventory).filter(({ name }) => name === owner.name);
        return [...maps.map(({ value }) => value), ...fields.map(({ type }) => type)];
    }
    if (ast.isListData(owner)) {
        return dataTypes(owner, inventory).flatMap((type) => (ast.isListType(type) ? [type.element] : []));
    }
    if (ast.isSessionValue(owner)) {
        return owner.constant?.ref && property === 'value' ? [owner.constant.ref.type] : [];
    }
    if (ast.isSignalValue(owner)) {
        const signal = owner.signal?.ref;
        const param = property === 'args' ? signal?.params[index ?? 0] : undefined;
        return [property === 'args' ? param?.type : signal?.type].filter((type) => type !== undefined);
    }
    return [];
}

/**
 * The possible fields for the `at`th name after `.result`: of the results of the tools, then of the records in the
 * previous field. A list stands for its elements.
 */
export function sourceFields(source: ast.ProvenanceSource, at: number, inventory: Inventory): ast.Param[] {
    if (at === 0) {
        return source.selector
            ? [...selectedTools(source.selector, inventory).keys()].flatMap((tool) => tool.returns)
            : [];
    }
    return sourceFields(source, at - 1, inventory)
        .filter(({ name }) => name === source.fields[at - 1])
        .flatMap(({ type }) => fieldsOf(inList(type)));
}

/** The types of the elements of a list, or of nested lists. */
export function inList(type: ast.Type): ast.Type {
    return ast.isListType(type) ? inList(type.element) : type;
}
