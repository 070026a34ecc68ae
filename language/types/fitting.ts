/** The fixes of a value that does not fit its type: values near it that do. */
import * as ast from '../generated/ast.js';
import type { Fix } from '../edits/edit.js';
import { replaceNode } from '../edits/edits.js';
import { nearby } from '../text/spelling.js';
import { isWholeLiteral } from './terms.js';
import { dataValue, literalValue, misfit } from './types.js';
import type { Type, Value } from '../../server/model/policy/policy.js';

/** Changes the value to one of the types, the likeliest first. */
export function fittingValues(node: ast.Term | ast.Data | undefined, types: readonly Type[]): Fix[] {
    const value = valueOf(node);
    if (!node || value === undefined) {
        return [];
    }
    const found = types.flatMap((type) =>
        candidates(type, value).filter((candidate) => misfit(type, candidate) === undefined)
    );
    return [...new Set(found.map((candidate) => JSON.stringify(candidate)))]
        .filter((text) => text !== node.$cstNode?.text)
        .slice(0, MOST)
        .map((text, index) => ({
            title: `Change to \`${text}\``,
            changes: [replaceNode(node, text)],
            isPreferred: index === 0
        }));
}

function valueOf(node: ast.Term | ast.Data | undefined): Value | undefined {
    if (ast.isListData(node) || ast.isRecordData(node)) {
        return dataValue(node);
    }
    return isWholeLiteral(node) ? literalValue(node) : undefined;
}

/** The maximum number of values that are offered one by one. */
const MOST = 5;

function candidates(type: Type, value: Value): Value[] {
    switch (type.kind) {
        case 'literals': {
            const texts = type.values.filter((one) => typeof one === 'string');
            const near = typeof value === 'string' ? nearby(value, texts) : [];
            const same = type.values.filter((one) => typeof value !== 'object' && String(one) === String(value));
            return [...same, ...near, ...(type.values.length <= MOST ? type.values : [])];
        }
        case 'string':
        case 'entity':
            return typeof value === 'object' ? [] : [String(value)];
        case 'int':
        case 'number':
        case 'decimal':
            return numbers(type, value);
        case 'bool':
            return truth(value);
        case 'list':
            return Array.isArray(value) ? [] : [[value]];
        default:
            return [];
    }
}

function numbers(type: Type & { kind: 'int' | 'number' | 'decimal' }, value: Value): number[] {
    const number = typeof value === 'string' && /^\s*-?\d/.test(value) ? parseFloat(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) {
        return [];
    }
    const scale = type.kind === 'decimal' ? 10 ** type.scale : 1;
    const rounded = type.kind === 'number' ? number : Math.round(number * scale) / scale;
    return [number, rounded, Math.min(Math.max(rounded, type.min ?? -Infinity), type.max ?? Infinity)];
}

function truth(value: Value): boolean[] {
    const text = typeof value === 'object' ? 'none' : String(value).toLowerCase();
    return ['true', 'yes', '1', 'on'].includes(text)
        ? [true]
        : ['false', 'no', '0', 'off', ''].includes(text)
          ? [false]
          : [];
}
